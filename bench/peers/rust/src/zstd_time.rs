//! The time that is spent in libzstd: the linker has both writers' calls of it pass through here
//! (`--wrap`, see build.rs), whatever they are for: compressing pages or samples, contexts.

use std::ffi::c_void;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static NANOS: AtomicU64 = AtomicU64::new(0);

/// So far, of all threads.
pub fn total() -> Duration {
    Duration::from_nanos(NANOS.load(Ordering::Relaxed))
}

type Pointer = *mut c_void;

macro_rules! timed {
    ($($wrap:ident $real:ident ($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        extern "C" {
            $(fn $real($($argument: $type),*) -> $result;)*
        }
        $(
            /// # Safety
            /// That of the function which it stands for.
            #[no_mangle]
            pub unsafe extern "C" fn $wrap($($argument: $type),*) -> $result {
                let start = Instant::now();
                let result = $real($($argument),*);
                NANOS.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
                result
            }
        )*
    };
}

// As zstd.h has them; every pointer as an untyped one.
timed! {
    __wrap_ZSTD_createCCtx __real_ZSTD_createCCtx() -> Pointer;
    __wrap_ZSTD_freeCCtx __real_ZSTD_freeCCtx(context: Pointer) -> usize;
    __wrap_ZSTD_CCtx_reset __real_ZSTD_CCtx_reset(context: Pointer, what: i32) -> usize;
    __wrap_ZSTD_CCtx_setParameter __real_ZSTD_CCtx_setParameter(
        context: Pointer, parameter: i32, value: i32) -> usize;
    __wrap_ZSTD_CCtx_loadDictionary __real_ZSTD_CCtx_loadDictionary(
        context: Pointer, data: Pointer, bytes: usize) -> usize;
    __wrap_ZSTD_compressCCtx __real_ZSTD_compressCCtx(
        context: Pointer, to: Pointer, room: usize, from: Pointer, bytes: usize, level: i32)
        -> usize;
    __wrap_ZSTD_compress2 __real_ZSTD_compress2(
        context: Pointer, to: Pointer, room: usize, from: Pointer, bytes: usize) -> usize;
    __wrap_ZSTD_compressStream2 __real_ZSTD_compressStream2(
        context: Pointer, to: Pointer, from: Pointer, step: i32) -> usize;
    __wrap_ZSTD_createDCtx __real_ZSTD_createDCtx() -> Pointer;
    __wrap_ZSTD_DCtx_loadDictionary __real_ZSTD_DCtx_loadDictionary(
        context: Pointer, data: Pointer, bytes: usize) -> usize;
    __wrap_ZSTD_freeDCtx __real_ZSTD_freeDCtx(context: Pointer) -> usize;
}
