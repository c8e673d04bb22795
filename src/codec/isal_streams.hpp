// Streams of ISA-L whose address does not show in what they compress.
//
// At levels 1 and 2 isal_deflate (2.30 to 2.32, igzip_icf_body_h1_gr_bt.asm) remembers a page's
// third position under a hash of the stream's address instead of one of the four bytes there. Every
// reader gets the page back, but where that hash is one of the first three positions', the page
// compresses to other bytes than in a stream elsewhere. So a stream lies where it is none of them.
//
// What is left: behind 32 KiB the entry stands for another position, at which a match may be found
// or missed where bytes of that very hash come back. Of pages of 1 MiB one in some million.
#pragma once

#include <isa-l/igzip_lib.h>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"

namespace parquet_flow::codec {

class IsalStreams {
 public:
  // Once, before anything else; false without memory. `levelBufferBytes` are what ISA-L wants for
  // its level.
  [[nodiscard]] bool open(std::size_t levelBufferBytes) noexcept;
  // A stream for `page`, initialised and with the level buffer. Until the next call.
  [[nodiscard]] isal_zstream& streamFor(ConstBytes page) noexcept;

 private:
  std::size_t levelBufferBytes_ = 0;
  ByteBuffer memory_;  // the level buffer, and behind it the places where a stream may lie
};

}  // namespace parquet_flow::codec
