#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

namespace crier {

/// What a network takes at most.
struct ImageLimits {
  std::size_t max_bytes = 0;
  std::size_t max_side = 0;  ///< pixels, of the longer side
};

struct FittedImage {
  std::string bytes;
  std::string type;  ///< image/jpeg or image/png
  std::size_t width = 0, height = 0;
};

/// Makes a picture of anybody's fit to be sent: upright, sRGB, within the limits, and without what
/// it says beside the picture (place, camera, author).
///
/// Errors: invalid, if it is no picture that can be used; unavailable, if no picture can be made
/// here. The message says what is wrong, to be put after "a picture is left out: ".
class ImageFitter {
 public:
  virtual ~ImageFitter() = default;
  [[nodiscard]] virtual Result<FittedImage> fit(std::string_view bytes,
                                                const ImageLimits& limits) = 0;
};

}  // namespace crier
