#pragma once
#include <chrono>
#include <csignal>
#include <filesystem>

#include "core/clock.h"
#include "media/image_fitter.h"

namespace crier {

/// ImageFitter that leaves the work to the program crier-image, one process for each picture.
///
/// 1. A hostile picture meets no token: the helper has no environment, no file but the picture, no
///    network, little memory and little time.
/// 2. A helper that is slow, dies or answers nonsense costs one picture. Whatever it does, it and
///    what it has started are ended when it closes its line, when its time is over, and when `stop`
///    is set.
/// 3. crier itself is linked to no library for pictures, so its start pays nothing for them.
class ImageHelper final : public ImageFitter {
 public:
  ImageHelper(std::filesystem::path program, const Clock& clock,
              std::chrono::milliseconds at_most = std::chrono::seconds{15},
              const volatile std::sig_atomic_t* stop = nullptr)
      : program_(std::move(program)), clock_(clock), at_most_(at_most), stop_(stop) {}
  [[nodiscard]] Result<FittedImage> fit(std::string_view bytes, const ImageLimits& limits) override;

 private:
  std::filesystem::path program_;
  const Clock& clock_;
  std::chrono::milliseconds at_most_;
  const volatile std::sig_atomic_t* stop_;
};

}  // namespace crier
