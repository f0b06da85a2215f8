#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// PNG pictures made by hand, uncompressed: the bytes of a file are known without any library.
namespace crier {

inline std::string big_endian(std::uint32_t value) {
  std::string out;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out += static_cast<char>((value >> shift) & 0xFFU);
  return out;
}

inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

inline std::string png_chunk(std::string_view type, std::string_view data) {
  const std::string body = std::string(type) + std::string(data);
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(crc32(body));
}

/// A zlib stream of stored blocks (RFC 1950 and 1951).
inline std::string stored(std::string_view bytes) {
  std::string out("\x78\x01", 2);
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  while (true) {
    const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), 65535));
    out += size == bytes.size() ? '\x01' : '\x00';
    for (const std::uint32_t value : {size, ~size}) {
      out += static_cast<char>(value & 0xFFU);
      out += static_cast<char>((value >> 8U) & 0xFFU);
    }
    out += bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (bytes.empty()) return out + big_endian((b << 16U) | a);
  }
}

using Pixel = std::array<std::uint8_t, 4>;

inline std::string png_head(std::uint32_t width, std::uint32_t height) {
  return std::string("\x89PNG\r\n\x1A\n", 8) +
         png_chunk("IHDR",
                   big_endian(width) + big_endian(height) + std::string("\x08\x06\0\0\0", 5));
}

/// RGBA, 8 bits. `more`: whole chunks to stand before the pixels.
inline std::string make_png(std::uint32_t width, std::uint32_t height,
                            const std::function<Pixel(std::uint32_t x, std::uint32_t y)>& pixel,
                            const std::string& more = {}) {
  std::string rows;
  for (std::uint32_t y = 0; y < height; ++y) {
    rows += '\0';
    for (std::uint32_t x = 0; x < width; ++x) {
      for (const std::uint8_t value : pixel(x, y)) rows += static_cast<char>(value);
    }
  }
  return png_head(width, height) + more + png_chunk("IDAT", stored(rows)) + png_chunk("IEND", "");
}

/// Like a photograph's noise: nothing of it can be compressed away.
inline Pixel noise(std::uint32_t x, std::uint32_t y) {
  std::uint32_t h = x * 374761393U + y * 668265263U;
  h = (h ^ (h >> 13U)) * 1274126177U;
  return {static_cast<std::uint8_t>(h), static_cast<std::uint8_t>(h >> 8U),
          static_cast<std::uint8_t>(h >> 16U), 255};
}

}  // namespace crier
