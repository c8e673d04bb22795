//! Builds this library's side and links the library as an embedding application does: the archive
//! of the build folder in PF_BUILD, with what its pkg-config file names.

use std::env;
use std::path::Path;
use std::process::Command;

/// What either writer calls of libzstd that takes time: see src/zstd_time.rs.
const TIMED: [&str; 11] = [
    "ZSTD_createCCtx",
    "ZSTD_freeCCtx",
    "ZSTD_CCtx_reset",
    "ZSTD_CCtx_setParameter",
    "ZSTD_CCtx_loadDictionary",
    "ZSTD_compressCCtx",
    "ZSTD_compress2",
    "ZSTD_compressStream2",
    "ZSTD_createDCtx",
    "ZSTD_DCtx_loadDictionary",
    "ZSTD_freeDCtx",
];

fn main() {
    let build = env::var("PF_BUILD").expect("PF_BUILD: the build folder of the library");
    println!("cargo:rerun-if-env-changed=PF_BUILD");
    println!("cargo:rerun-if-changed=src/ours.c");
    let archive = Path::new(&build).join("capi/libparquet_flow.a");
    println!("cargo:rerun-if-changed={}", archive.display());

    cc::Build::new()
        .file("src/ours.c")
        .include("../../../include")
        .std("c11")
        .warnings_into_errors(true)
        .compile("ours");
    println!("cargo:rustc-link-arg={}", archive.display());
    for argument in runtime_libraries(&build) {
        println!("cargo:rustc-link-arg={argument}");
    }
    for name in TIMED {
        println!("cargo:rustc-link-arg=-Wl,--wrap={name}");
    }
}

/// Without the archive, which is named by its path above.
fn runtime_libraries(build: &str) -> Vec<String> {
    let output = Command::new("pkg-config")
        .env(
            "PKG_CONFIG_PATH",
            Path::new(build).join("meson-uninstalled"),
        )
        .args(["--static", "--libs", "parquet_flow"])
        .output()
        .expect("pkg-config runs");
    assert!(output.status.success(), "pkg-config knows parquet_flow");
    let text = String::from_utf8(output.stdout).expect("pkg-config prints text");
    text.split_whitespace()
        .filter(|word| !word.starts_with("-L") && !word.ends_with("libparquet_flow.a"))
        .map(str::to_string)
        .collect()
}
