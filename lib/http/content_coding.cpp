#include "http/content_coding.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "core/utf8.h"

namespace crier {
namespace {

/// A gzip stream in a gzip stream is seen now and then; more is made to do harm.
constexpr int most_layers = 3;
constexpr std::size_t most_codings = 4;
constexpr std::size_t chunk_bytes = 64U << 10;

/// What came of unpacking with one coding.
struct Piece {
  enum class End : std::uint8_t { whole, early, broken, too_large };
  std::string bytes;
  End end = End::early;
  std::size_t used = 0;  ///< packed bytes
};

bool is_gzip(std::string_view body) { return body.starts_with("\x1f\x8b\x08"); }

/// `window_bits` as zlib's inflateInit2 has them: 31 for gzip, 15 for zlib, -15 for bare deflate.
Piece inflate_one(std::string_view packed, int window_bits, std::size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, inflateEnd);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-*): zlib's bytes are unsigned, and it writes none
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  Piece piece;
  std::array<char, chunk_bytes> chunk{};
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());  // NOLINT
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int state = inflate(&stream, Z_NO_FLUSH);
    if (state == Z_MEM_ERROR) throw std::bad_alloc();
    const std::size_t count = chunk.size() - stream.avail_out;
    const bool has_room = piece.bytes.size() + count <= most;
    piece.bytes.append(chunk.data(), std::min(count, most - piece.bytes.size()));
    if (!has_room) {
      piece.end = Piece::End::too_large;
    } else if (state == Z_STREAM_END) {
      piece.end = Piece::End::whole;
    } else if (state == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)) {
      continue;
    } else {
      const bool is_early = state == Z_OK || (state == Z_BUF_ERROR && stream.avail_in == 0);
      piece.end = is_early ? Piece::End::early : Piece::End::broken;
    }
    piece.used = packed.size() - stream.avail_in;
    return piece;
  }
}

/// All members of a gzip file (RFC 1952 section 2.2).
Piece gunzip(std::string_view packed, std::size_t most) {
  constexpr int gzip_window = 15 + 16;
  Piece all;
  while (true) {
    Piece member = inflate_one(packed.substr(all.used), gzip_window, most - all.bytes.size());
    all.bytes += member.bytes;
    all.used += member.used;
    all.end = member.end;
    if (all.end != Piece::End::whole || !is_gzip(packed.substr(all.used))) return all;
  }
}

/// With zlib's head, as RFC 9110 has it, or without it, as some servers do.
Piece inflate_either(std::string_view packed, std::size_t most) {
  Piece piece = inflate_one(packed, 15, most);
  if (piece.end == Piece::End::broken && piece.bytes.empty())
    piece = inflate_one(packed, -15, most);
  return piece;
}

Piece unbrotli(std::string_view packed, std::size_t most) {
  using State = std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)>;
  const State state(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr),
                    BrotliDecoderDestroyInstance);
  if (state == nullptr) throw std::bad_alloc();
  const auto* next = reinterpret_cast<const std::uint8_t*>(packed.data());  // NOLINT
  std::size_t left = packed.size();
  Piece piece;
  std::array<char, chunk_bytes> chunk{};
  while (true) {
    auto* out = reinterpret_cast<std::uint8_t*>(chunk.data());  // NOLINT
    std::size_t room = chunk.size();
    const auto result =
        BrotliDecoderDecompressStream(state.get(), &left, &next, &room, &out, nullptr);
    const std::size_t count = chunk.size() - room;
    const bool has_room = piece.bytes.size() + count <= most;
    piece.bytes.append(chunk.data(), std::min(count, most - piece.bytes.size()));
    if (has_room && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
    piece.end = result == BROTLI_DECODER_RESULT_SUCCESS            ? Piece::End::whole
                : result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT ? Piece::End::early
                                                                   : Piece::End::broken;
    if (!has_room) piece.end = Piece::End::too_large;
    piece.used = packed.size() - left;
    return piece;
  }
}

/// Whether a body begins with letters and not with packed bytes.
bool looks_plain(std::string_view body) {
  constexpr std::size_t enough = 64;
  return std::ranges::none_of(body.substr(0, enough), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7FU || (byte < 0x20U && c != '\t' && c != '\n' && c != '\r' && c != '\f');
  });
}

/// The codings that the headers name, in the order in which they are to be undone.
std::vector<std::string> named_codings(const Headers& headers) {
  std::vector<std::string> codings;
  for (const Header& header : headers) {
    if (!ascii_iequals(header.name, "Content-Encoding")) continue;
    std::string_view rest = header.value;
    while (!rest.empty() && codings.size() < most_codings) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      std::string coding = ascii_lower(trimmed(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (coding.starts_with("x-")) coding.erase(0, 2);
      if (!coding.empty() && coding != "identity") codings.push_back(std::move(coding));
    }
  }
  std::ranges::reverse(codings);
  return codings;
}

class Unpacking {
 public:
  Unpacking(std::string body, std::size_t most, bool may_be_cut)
      : most_(most), may_be_cut_(may_be_cut) {
    out_.body = std::move(body);
  }

  void undo(const std::string& coding) {
    if (coding == "gzip") {
      if (is_gzip(out_.body)) {
        keep(gunzip(out_.body, most_), coding);
      } else {
        remark_not_there(coding);
      }
    } else if (coding == "deflate" || coding == "br") {
      Piece piece = coding == "br" ? unbrotli(out_.body, most_) : inflate_either(out_.body, most_);
      // Letters may look like the beginning of anything.
      if (piece.end != Piece::End::whole && looks_plain(out_.body)) {
        remark_not_there(coding);
      } else {
        keep(std::move(piece), coding);
      }
    } else {
      constexpr std::size_t longest_name = 40;
      remark(
          fmt::format("its Content-Encoding, “{}”, is none that crier knows; the answer was "
                      "read as it is",
                      printable(to_valid_utf8(coding.substr(0, longest_name)))));
    }
  }

  void undo_what_nobody_said() {
    for (int layer = 0; layer < most_layers && !problem_ && is_gzip(out_.body); ++layer) {
      remark("the answer is packed with gzip, and no Content-Encoding says so");
      keep(gunzip(out_.body, most_), "gzip");
    }
  }

  [[nodiscard]] bool has_failed() const { return problem_.has_value(); }

  Result<Unpacked> result() && {
    if (problem_) return Failure(*std::move(problem_));
    return std::move(out_);
  }

 private:
  void keep(Piece piece, std::string_view coding) {
    const bool is_cut = may_be_cut_ && piece.end != Piece::End::broken;
    if (piece.end == Piece::End::too_large && !is_cut) {
      problem_ = Error{ErrorKind::invalid,
                       fmt::format("the answer is larger than {} bytes, unpacked", most_)};
    } else if (piece.end != Piece::End::whole && !is_cut) {
      problem_ = Error{ErrorKind::unavailable,
                       fmt::format("the answer is packed with {}, and {}", coding,
                                   piece.end == Piece::End::early ? "breaks off" : "is broken")};
    }
    if (problem_) return;
    if (const std::size_t behind = out_.body.size() - piece.used;
        behind > 0 && piece.end == Piece::End::whole) {
      remark(fmt::format("what stands behind its packed data was left away (bytes: {})", behind));
    }
    out_.body = std::move(piece.bytes);
  }

  void remark_not_there(std::string_view coding) {
    remark(
        fmt::format("its Content-Encoding says “{}”, and it is not packed with that; the answer "
                    "was read as it is",
                    coding));
  }

  void remark(std::string sentence) {
    if (out_.remark.empty()) out_.remark = std::move(sentence);
  }

  Unpacked out_;
  std::size_t most_;
  bool may_be_cut_;
  std::optional<Error> problem_;
};

}  // namespace

Result<Unpacked> unpack(std::string body, const Headers& headers, std::size_t most,
                        bool may_be_cut) {
  if (body.empty()) return Unpacked{};
  Unpacking unpacking(std::move(body), most, may_be_cut);
  for (const std::string& coding : named_codings(headers)) {
    if (!unpacking.has_failed()) unpacking.undo(coding);
  }
  unpacking.undo_what_nobody_said();
  return std::move(unpacking).result();
}

}  // namespace crier
