# the expected text is what PyTorch prints
import torch

if __name__ == "__main__":
    for d in (torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.uint8, torch.int64, torch.bool):
        print(d, d.is_floating_point, d.is_signed, d.is_complex, d.itemsize)
    print(hasattr(torch.int8, "is_quantized"))
