import _depth_b
