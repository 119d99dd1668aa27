/* UTF-8: checking, decoding, encoding, and the width of a character on a
 * terminal (a short table in the manner of wcwidth, independent of the locale).
 * Overlong forms, surrogates and values above U+10FFFF are ill-formed. */
#include "base/base.h"

static bool tail(const char *s, size_t n, int k)
{
    if ((size_t)k > n) return false;
    for (int i = 1; i < k; i++)
        if (((unsigned char)s[i] & 0xC0) != 0x80) return false;
    return true;
}

static uint32_t bits(const char *s, int i)
{
    return (unsigned char)s[i] & 0x3F;
}

uint32_t utf8_decode(const char *s, size_t n, int *len)
{
    unsigned char b = (unsigned char)s[0];
    uint32_t c = 0xFFFD;
    *len = 1;
    if (b < 0x80) return b;
    if (b >= 0xC2 && b < 0xE0 && tail(s, n, 2)) {
        *len = 2;
        return (b & 0x1Fu) << 6 | bits(s, 1);
    }
    if (b >= 0xE0 && b < 0xF0 && tail(s, n, 3)) {
        c = (b & 0x0Fu) << 12 | bits(s, 1) << 6 | bits(s, 2);
        if (c < 0x800 || (c >= 0xD800 && c < 0xE000)) return 0xFFFD;
        *len = 3;
        return c;
    }
    if (b >= 0xF0 && b < 0xF5 && tail(s, n, 4)) {
        c = (b & 0x07u) << 18 | bits(s, 1) << 12 | bits(s, 2) << 6 | bits(s, 3);
        if (c < 0x10000 || c > 0x10FFFF) return 0xFFFD;
        *len = 4;
        return c;
    }
    return 0xFFFD;
}

size_t utf8_valid_prefix(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n) {
        if ((unsigned char)s[i] < 0x80) {
            i++;
            continue;
        }
        int len;
        utf8_decode(s + i, n - i, &len);
        if (len == 1) return i;
        i += (size_t)len;
    }
    return n;
}

size_t utf8_count(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; count++) {
        int len = 1;
        if ((unsigned char)s[i] >= 0x80) utf8_decode(s + i, n - i, &len);
        i += (size_t)len;
    }
    return count;
}

int utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c >= 0xD800 && c < 0xE000) return 0;
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    if (c > 0x10FFFF) return 0;
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

typedef struct {
    uint32_t lo, hi;
} Range;

static const Range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x26A1, 0x26A1},   {0x2705, 0x2705},   {0x274C, 0x274C},
    {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2B50, 0x2B50},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};
static const Range zero[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0E34, 0x0E3A}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x3099, 0x309A},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

static bool within(const Range *r, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n && r[i].lo <= c; i++)
        if (c <= r[i].hi) return true;
    return false;
}

int utf8_width(uint32_t c)
{
    if (c < 0x300) return 1;
    if (within(zero, LEN(zero), c)) return 0;
    return within(wide, LEN(wide), c) ? 2 : 1;
}

bool utf8_is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||
        (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}
