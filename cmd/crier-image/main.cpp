// crier-image MAX_BYTES MAX_SIDE: a picture on standard input, one that fits on standard output.
//
// Answers "jpeg WIDTH HEIGHT SIZE" (or png) and a line's end, then the bytes; or "no " and why not.
// Only crier runs it, for each picture anew: what is read here was put on the web by anybody.

#include <unistd.h>
#include <vips/vips.h>
// After it.
#include <vips/vector.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crier-image/limits.h"

namespace {

constexpr std::size_t most_input_bytes = 32U << 20;
constexpr std::int64_t most_pixels = 100'000'000;
constexpr int smallest_side = 64;

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

struct Encoded {
  const char* type = "";
  std::string bytes;
  int width = 0, height = 0;
};

bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The end: no destructor, no handler and no library has a say any more.
[[noreturn]] void answer(const std::string& head, std::string_view body = {}) {
  const bool done = write_all(head + "\n") && write_all(body);
  ::_exit(done ? 0 : 1);
}
[[noreturn]] void refuse(const std::string& why) { answer("no " + why); }

std::optional<std::string> read_all() {
  std::string bytes;
  std::vector<char> chunk(256U << 10);
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > most_input_bytes) return std::nullopt;
  }
}

bool is_picture(std::string_view bytes) {
  using std::string_view_literals::operator""sv;
  return bytes.starts_with("\xFF\xD8\xFF"sv) || bytes.starts_with("\x89PNG\r\n\x1A\n"sv) ||
         bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv) ||
         (bytes.starts_with("RIFF"sv) &&
          bytes.substr(std::min<std::size_t>(8, bytes.size()), 4) == "WEBP"sv);
}

/// What it is instead, in words for the person whose page names it.
std::string what_else(std::string_view bytes) {
  constexpr std::string_view advice = ": give the page a JPEG, PNG, WebP or GIF";
  const std::string_view start = bytes.substr(0, 1024);
  const auto has = [&](std::string_view what) { return start.find(what) != start.npos; };
  std::string what = "it is no picture";
  if (bytes.empty()) {
    what = "it is empty";
  } else if (has("<svg")) {
    what = "it is an SVG drawing, which no network takes";
  } else if (has("<html") || has("<HTML") || has("<!doctype") || has("<!DOCTYPE")) {
    what = "there is a web page in its place";
  } else if (bytes.starts_with("%PDF")) {
    what = "it is a PDF document";
  } else if (bytes.size() > 12 && bytes.substr(4, 4) == "ftyp") {
    what = "it is an AVIF or HEIC picture, or a film";
  } else if (bytes.starts_with("BM") || bytes.starts_with("II*") || bytes.starts_with("MM")) {
    what = "it is a BMP or TIFF picture";
  }
  return what + std::string(advice);
}

void block_all_but_four_formats() {
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp",
                             "VipsForeignLoadNsgif"}) {
    vips_operation_block_set(loader, FALSE);
  }
  vips_block_untrusted_set(TRUE);
}

/// Refuses by the header alone, before a pixel is read.
int longer_side(const std::string& bytes) {
  const Image image(vips_image_new_from_buffer(bytes.data(), bytes.size(), "", nullptr));
  if (!image) refuse("it cannot be read: it is broken, or made to do harm");
  const std::int64_t width = vips_image_get_width(image.get());
  const std::int64_t height = vips_image_get_page_height(image.get());
  if (width * height > most_pixels) {
    refuse("it has " + std::to_string(width) + " x " + std::to_string(height) +
           " pixels, more than the 100 million that are read: give the page a smaller one");
  }
  return static_cast<int>(std::max(width, height));
}

/// Upright, in sRGB, of 8 bits, with its longer side at most `side`.
Image scaled(const std::string& bytes, int side) {
  VipsImage* out = nullptr;
  // libvips takes the bytes without const, and leaves them as they are.
  void* data = const_cast<char*>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  const int failed = vips_thumbnail_buffer(
      data, bytes.size(), &out, side, "height", side, "size", VIPS_SIZE_DOWN, "export_profile",
      "srgb", "fail_on", VIPS_FAIL_ON_ERROR, "option_string", "[fail_on=error]", nullptr);
  const Image lazy(out);
  if (failed != 0) return nullptr;
  return Image(vips_image_copy_memory(lazy.get()));
}

/// Whether anything shines through. A picture may well have a transparency that it does not use.
bool is_transparent(VipsImage* image) {
  if (vips_image_hasalpha(image) == 0) return false;
  VipsImage* band = nullptr;
  double least = 255;
  const int failed = vips_extract_band(image, &band, vips_image_get_bands(image) - 1, nullptr);
  const Image alpha(band);
  if (failed != 0 || vips_min(alpha.get(), &least, nullptr) != 0) return true;
  return least < 255;
}

Image on_white(VipsImage* image) {
  if (vips_image_hasalpha(image) == 0) {
    g_object_ref(image);
    return Image(image);
  }
  const std::array<double, 3> white{255, 255, 255};
  VipsArrayDouble* background = vips_array_double_new(white.data(), 3);
  VipsImage* out = nullptr;
  const int failed = vips_flatten(image, &out, "background", background, nullptr);
  vips_area_unref(reinterpret_cast<VipsArea*>(background));
  const Image flat(out);
  if (failed != 0) return nullptr;
  return Image(vips_image_copy_memory(flat.get()));
}

std::optional<std::string> taken(int failed, void* data, std::size_t size) {
  const std::unique_ptr<void, decltype(&g_free)> owned(data, &g_free);
  if (failed != 0) return std::nullopt;
  return std::string(static_cast<const char*>(data), size);
}

std::optional<std::string> as_png(VipsImage* image) {
  void* data = nullptr;
  std::size_t size = 0;
  const int failed = vips_pngsave_buffer(image, &data, &size, "strip", TRUE, nullptr);
  return taken(failed, data, size);
}

std::optional<std::string> as_jpeg(VipsImage* image, int quality) {
  void* data = nullptr;
  std::size_t size = 0;
  const int failed = vips_jpegsave_buffer(image, &data, &size, "Q", quality, "strip", TRUE,
                                          "optimize_coding", TRUE, nullptr);
  return taken(failed, data, size);
}

/// The best of this size that has no more bytes than that. Drawings and what shines through stay
/// PNG where they can; photographs, and what would be too large, become JPEG on white.
std::optional<Encoded> encoded(VipsImage* image, bool prefers_png, std::size_t max_bytes) {
  const auto made = [&](const char* type, std::string bytes) {
    return Encoded{type, std::move(bytes), vips_image_get_width(image),
                   vips_image_get_height(image)};
  };
  if (prefers_png || is_transparent(image)) {
    auto png = as_png(image);
    if (png && png->size() <= max_bytes) return made("png", *std::move(png));
  }
  const Image flat = on_white(image);
  if (!flat) return std::nullopt;
  for (const int quality : {88, 80, 70}) {
    auto jpeg = as_jpeg(flat.get(), quality);
    if (jpeg && jpeg->size() <= max_bytes) return made("jpeg", *std::move(jpeg));
  }
  return std::nullopt;
}

std::optional<std::size_t> number(const char* text) {
  const std::string_view view(text);
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (problem != std::errc{} || end != view.data() + view.size()) return std::nullopt;
  return value;
}

}  // namespace

int main(int count, char** arguments) {
  const auto max_bytes = count == 3 ? number(arguments[1]) : std::nullopt;
  const auto max_side = count == 3 ? number(arguments[2]) : std::nullopt;
  if (!max_bytes || !max_side || *max_side > 20'000) return 2;
  if (!crier::limit_resources()) return 3;
  if (VIPS_INIT("crier-image") != 0) return 3;
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_vector_set_enabled(FALSE);  // it writes code into memory at run time
  block_all_but_four_formats();
  if (!crier::close_the_door()) return 4;

  const auto bytes = read_all();
  if (!bytes) refuse("it is larger than 32 MB: give the page a smaller one");
  if (!is_picture(*bytes)) refuse(what_else(*bytes));
  const bool is_drawing = bytes->starts_with("\x89PNG") || bytes->starts_with("GIF8");
  int side = std::min(longer_side(*bytes), static_cast<int>(*max_side));
  do {
    const Image image = scaled(*bytes, side);
    if (!image) refuse("it cannot be read: it is broken, cut short, or made to do harm");
    if (auto fitting = encoded(image.get(), is_drawing, *max_bytes)) {
      answer(std::string(fitting->type) + " " + std::to_string(fitting->width) + " " +
                 std::to_string(fitting->height) + " " + std::to_string(fitting->bytes.size()),
             fitting->bytes);
    }
    side = side * 3 / 4;
  } while (side >= smallest_side);
  refuse("it cannot be made to fit into " + std::to_string(*max_bytes) + " bytes");
}
