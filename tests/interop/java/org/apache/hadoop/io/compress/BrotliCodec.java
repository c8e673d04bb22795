package org.apache.hadoop.io.compress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.brotli.dec.BrotliInputStream;

/**
 * The class that parquet-hadoop looks for by name where a chunk is BROTLI, and that comes neither
 * with it nor with Hadoop: reading alone, by Google's decoder.
 */
public final class BrotliCodec implements CompressionCodec {
  @Override
  public CompressionInputStream createInputStream(InputStream in) throws IOException {
    final InputStream decoded = new BrotliInputStream(in);
    return new CompressionInputStream(in) {
      @Override
      public int read() throws IOException {
        return decoded.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return decoded.read(bytes, offset, length);
      }

      @Override
      public void resetState() {}
    };
  }

  @Override
  public CompressionInputStream createInputStream(InputStream in, Decompressor decompressor)
      throws IOException {
    return createInputStream(in);
  }

  @Override
  public Class<? extends Decompressor> getDecompressorType() {
    return null;
  }

  @Override
  public Decompressor createDecompressor() {
    return null;
  }

  @Override
  public String getDefaultExtension() {
    return ".br";
  }

  @Override
  public CompressionOutputStream createOutputStream(OutputStream out) {
    throw new UnsupportedOperationException("reads alone");
  }

  @Override
  public CompressionOutputStream createOutputStream(OutputStream out, Compressor compressor) {
    throw new UnsupportedOperationException("reads alone");
  }

  @Override
  public Class<? extends Compressor> getCompressorType() {
    return null;
  }

  @Override
  public Compressor createCompressor() {
    return null;
  }
}
