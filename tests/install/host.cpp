// A host that has, under the same names, what the library has inside: a Thrift of its own, classes
// and inline functions of the namespace parquet_flow, queues of moodycamel's, shared pointers.
//
// Goal: neither is mixed with the other. Method: the host's functions count their calls, and answer
// differently from the library's; the host does its own work before and after the capture of
// consumer.c. Prints "captured 1000" as consumer.c does, then "apart".
#include <concurrentqueue/concurrentqueue.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

extern "C" int consumer_main(int argc, char** argv);

static int hostCalls = 0;

// Same mangled names as in src/base/status.hpp, other meaning, other layout.
namespace parquet_flow {

enum class ErrorCode : std::uint8_t { kHost = 77 };

std::string_view errorCodeName(ErrorCode) noexcept {
  ++hostCalls;
  return "the host's";
}

class Error {
 public:
  Error(ErrorCode, std::string) { ++hostCalls; }
  Error(ErrorCode, int, std::string) { ++hostCalls; }
  Error withContext(std::string_view) && {
    ++hostCalls;
    return {ErrorCode::kHost, ""};
  }

 private:
  char large_[4096] = {};
};

Error systemError(int, std::string_view) {
  ++hostCalls;
  return {ErrorCode::kHost, ""};
}

}  // namespace parquet_flow

// A Thrift that answers otherwise: what() of every exception, by the name the library's has.
const char* apache::thrift::transport::TTransportException::what() const noexcept {
  ++hostCalls;
  return "the host's Thrift";
}

static bool useOwnThrift() {
  using apache::thrift::protocol::TCompactProtocolT;
  using apache::thrift::transport::TMemoryBuffer;
  auto buffer = std::make_shared<TMemoryBuffer>();
  TCompactProtocolT<TMemoryBuffer> protocol(buffer);
  protocol.writeString(std::string("hello"));
  std::string back;
  protocol.readString(back);
  try {
    protocol.readString(back);
  } catch (const apache::thrift::transport::TTransportException& error) {
    return back == "hello" && std::string_view(error.what()) == "the host's Thrift";
  }
  return false;
}

static bool useOwnQueue() {
  moodycamel::ConcurrentQueue<std::shared_ptr<int>> queue;
  queue.enqueue(std::make_shared<int>(7));
  std::shared_ptr<int> out;
  return queue.try_dequeue(out) && *out == 7;
}

static bool useOwnNames() {
  using parquet_flow::Error;
  using parquet_flow::ErrorCode;
  (void)Error(ErrorCode::kHost, "").withContext("");
  (void)parquet_flow::systemError(1, "");
  return parquet_flow::errorCodeName(ErrorCode::kHost) == "the host's";
}

int main(int argc, char** argv) {
  for (int round = 0; round < 2; ++round) {
    if (!useOwnThrift() || !useOwnQueue() || !useOwnNames()) {
      std::fprintf(stderr, "round %d: the host met the library's code\n", round);
      return 1;
    }
    const int before = hostCalls;
    const int status = consumer_main(argc, argv);
    if (status != 0) return status;
    if (hostCalls != before) {
      std::fprintf(stderr, "the library called the host's code\n");
      return 1;
    }
  }
  std::puts("apart");
  return 0;
}
