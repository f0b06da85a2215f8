#include "http/client.h"

namespace crier {

Result<Response> fetch(HttpClient& client, Request request) {
  const TransferId id = client.start(std::move(request));
  while (true) {
    for (Completion& completion : client.wait(std::chrono::milliseconds{250})) {
      if (completion.id == id) return std::move(completion.result);
    }
  }
}

}  // namespace crier
