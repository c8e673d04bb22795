//! A whole file of one batch by either writer: create, write, close.

use std::error::Error;
use std::ffi::{c_char, c_int, c_void, CStr};
use std::hint::black_box;
use std::io::{self, Write};
use std::slice;

use arrow::array::{Array, StructArray};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::ZstdLevel;
use parquet::file::properties::{WriterProperties, DEFAULT_BLOOM_FILTER_FPP};

use crate::works::Setting;

pub type Failure = Box<dyn Error>;

/// Counts what it drops, as this library's PF_OUTPUT_DISCARD does.
#[derive(Default)]
pub struct Discard {
    pub bytes: u64,
}

impl Write for Discard {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.bytes += data.len() as u64;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub struct ArrowRs<'a> {
    batch: &'a RecordBatch,
    properties: WriterProperties,
}

impl<'a> ArrowRs<'a> {
    pub fn new(batch: &'a RecordBatch, setting: &Setting) -> Self {
        Self {
            batch,
            properties: setting.properties(),
        }
    }

    fn write(&self, to: impl Write + Send) -> Result<(), Failure> {
        let properties = Some(self.properties.clone());
        let mut writer = ArrowWriter::try_new(to, self.batch.schema(), properties)?;
        writer.write(black_box(self.batch))?;
        black_box(writer.close()?);
        Ok(())
    }

    /// Returns the file's bytes.
    pub fn discard(&self) -> Result<u64, Failure> {
        let mut output = Discard::default();
        self.write(&mut output)?;
        Ok(output.bytes)
    }

    pub fn file(&self) -> Result<Vec<u8>, Failure> {
        let mut output = Vec::new();
        self.write(&mut output)?;
        Ok(output)
    }
}

/// As in ours.c.
#[repr(C)]
struct Settings {
    compression: i32,
    data_page_version: u32,
    bloom_filter: u32,
    bloom_filter_fpp: f64,
}

pub const PF_COMPRESSION_UNCOMPRESSED: i32 = 0;
pub const PF_COMPRESSION_ZSTD: i32 = 6;
pub const PF_ERROR_MESSAGE_BYTES: usize = 512;

pub type Take = unsafe extern "C" fn(user: *mut c_void, data: *const c_void, bytes: usize) -> c_int;

extern "C" {
    fn ours_write(
        schema: *const FFI_ArrowSchema,
        batch: *const FFI_ArrowArray,
        settings: *const Settings,
        take: Option<Take>,
        user: *mut c_void,
        file_bytes: *mut u64,
        message: *mut c_char,
    ) -> i32;
}

pub unsafe extern "C" fn append(user: *mut c_void, data: *const c_void, bytes: usize) -> c_int {
    let file = &mut *user.cast::<Vec<u8>>();
    file.extend_from_slice(slice::from_raw_parts(data.cast(), bytes));
    0
}

pub struct Ours {
    schema: FFI_ArrowSchema,
    batch: FFI_ArrowArray,
    settings: Settings,
}

impl Ours {
    /// The batch is handed over once: what the C data interface shares is the batch's own memory.
    pub fn new(batch: &RecordBatch, setting: &Setting) -> Result<Self, Failure> {
        // Level 1, the default of both; were it not, the cells would be none.
        assert_eq!(ZstdLevel::default().compression_level(), 1);
        let data = StructArray::from(batch.clone()).into_data();
        Ok(Self {
            schema: FFI_ArrowSchema::try_from(batch.schema().as_ref())?,
            batch: FFI_ArrowArray::new(&data),
            settings: Settings {
                compression: match setting.is_zstd {
                    true => PF_COMPRESSION_ZSTD,
                    false => PF_COMPRESSION_UNCOMPRESSED,
                },
                data_page_version: if setting.is_v2 { 2 } else { 1 },
                bloom_filter: setting.has_bloom_filters.into(),
                bloom_filter_fpp: DEFAULT_BLOOM_FILTER_FPP,
            },
        })
    }

    fn write(&self, take: Option<Take>, user: *mut c_void) -> Result<u64, Failure> {
        let mut bytes = 0;
        let mut message = [0 as c_char; PF_ERROR_MESSAGE_BYTES];
        // SAFETY: all pointers are to what lives until the call returns, which keeps none of them.
        let status = unsafe {
            ours_write(
                &self.schema,
                &self.batch,
                &self.settings,
                take,
                user,
                &mut bytes,
                message.as_mut_ptr(),
            )
        };
        if status == 0 {
            return Ok(bytes);
        }
        // SAFETY: the library ends its sentences.
        let sentence = unsafe { CStr::from_ptr(message.as_ptr()) };
        Err(format!("status {status}: {}", sentence.to_string_lossy()).into())
    }

    /// Returns the file's bytes.
    pub fn discard(&self) -> Result<u64, Failure> {
        self.write(None, std::ptr::null_mut())
    }

    pub fn file(&self) -> Result<Vec<u8>, Failure> {
        let mut file: Vec<u8> = Vec::new();
        self.write(Some(append), (&raw mut file).cast())?;
        Ok(file)
    }
}
