//! The cells of `pf_bench --mode pipeline`: batches one by one into a file with more than one row
//! group, this library with one thread and with all, arrow-rs with its sequential and its
//! asynchronous writer.

use std::ffi::{c_char, c_void, CStr};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int32Builder, Int64Array, ListBuilder,
    StringArray, StringBuilder, StructArray,
};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, AsyncArrowWriter};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::rounds::{measure, spread, Run, Sample};
use crate::writers::{
    append, Discard, Failure, Take, PF_COMPRESSION_UNCOMPRESSED, PF_COMPRESSION_ZSTD,
    PF_ERROR_MESSAGE_BYTES,
};
use crate::Options;

const NULL_PERCENT: u64 = 10;
const LIST_MAX: u64 = 10;
/// Rows that are made; later ones are these again.
const ROWS_MADE: usize = 100_000;
const PF_LEVEL_DEFAULT: i32 = i32::MIN;

/// Rows, rows of a batch, rows of a row group.
const SIZES: [(usize, usize, usize); 3] = [
    (1000, 100, 1000),
    (100_000, 1000, 64_000),
    (1_000_000, 10_000, 100_000),
];
/// The level of ZSTD, or none.
const CODECS: [(&str, Option<i32>); 3] = [
    ("uncompressed", None),
    ("zstd-1", Some(1)),
    ("zstd-3", Some(3)),
];

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn is_null(&mut self) -> bool {
        self.below(100) < NULL_PERCENT
    }
}

fn text(number: u64) -> String {
    format!("value {number}")
}

fn integers(rows: usize, distinct: u64, random: &mut Random) -> ArrayRef {
    let values = (0..rows).map(|_| random.below(distinct) as i64);
    Arc::new(Int64Array::from_iter_values(values))
}

fn texts(rows: usize, distinct: u64, random: &mut Random) -> ArrayRef {
    let values = (0..rows).map(|_| text(random.below(distinct)));
    Arc::new(StringArray::from_iter_values(values))
}

fn optional_texts(rows: usize, distinct: u64, random: &mut Random) -> ArrayRef {
    let values: Vec<Option<String>> = (0..rows)
        .map(|_| (!random.is_null()).then(|| text(random.below(distinct))))
        .collect();
    Arc::new(StringArray::from(values))
}

fn integer_lists(rows: usize, random: &mut Random) -> ArrayRef {
    let element = Field::new("element", DataType::Int32, false);
    let mut builder = ListBuilder::new(Int32Builder::new()).with_field(element);
    for _ in 0..rows {
        let present = !random.is_null();
        if present {
            for _ in 0..1 + random.below(LIST_MAX) {
                builder.values().append_value(random.below(1 << 20) as i32);
            }
        }
        builder.append(present);
    }
    Arc::new(builder.finish())
}

fn text_lists(rows: usize, random: &mut Random) -> ArrayRef {
    let element = Field::new("element", DataType::Utf8, false);
    let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element);
    for _ in 0..rows {
        let present = !random.is_null();
        if present {
            for _ in 0..1 + random.below(LIST_MAX) {
                builder.values().append_value(text(random.below(1000)));
            }
        }
        builder.append(present);
    }
    Arc::new(builder.finish())
}

fn structs(rows: usize, random: &mut Random) -> ArrayRef {
    let reals = (0..rows).map(|_| random.below(1 << 20) as f64 / 100.0);
    let reals = Arc::new(Float64Array::from_iter_values(reals));
    Arc::new(StructArray::new(
        Fields::from(vec![
            Field::new("number", DataType::Int64, false),
            Field::new("text", DataType::Utf8, false),
            Field::new("real", DataType::Float64, false),
        ]),
        vec![
            integers(rows, 1 << 30, random),
            texts(rows, 1 << 20, random),
            reals,
        ],
        None,
    ))
}

/// A column, and whether it is nullable.
fn column(is_simple: bool, number: usize, rows: usize, random: &mut Random) -> (ArrayRef, bool) {
    if is_simple {
        let values = match number % 2 {
            0 => integers(rows, 100, random),
            _ => texts(rows, 5, random),
        };
        return (values, false);
    }
    match number % 6 {
        0 => (integers(rows, 1 << 30, random), false),
        1 => (optional_texts(rows, 1 << 20, random), true),
        2 => (integer_lists(rows, random), true),
        3 => (text_lists(rows, random), true),
        4 => (structs(rows, random), false),
        _ => {
            let values = (0..rows).map(|_| Some(random.below(2) == 1));
            (Arc::new(BooleanArray::from_iter(values)), false)
        }
    }
}

fn make_batches(
    is_simple: bool,
    columns: usize,
    rows: usize,
    batch_rows: usize,
) -> Result<Vec<RecordBatch>, Failure> {
    let mut randoms: Vec<Random> = (1..=columns as u64)
        .map(|seed| Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1))
        .collect();
    let mut batches = Vec::new();
    for _ in 0..rows / batch_rows {
        let made = randoms
            .iter_mut()
            .enumerate()
            .map(|(number, random)| column(is_simple, number, batch_rows, random));
        let (arrays, nullable): (Vec<ArrayRef>, Vec<bool>) = made.unzip();
        let fields = arrays.iter().zip(nullable).enumerate();
        let fields: Vec<Field> = fields
            .map(|(i, (array, nullable))| {
                Field::new(format!("c{i}"), array.data_type().clone(), nullable)
            })
            .collect();
        batches.push(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?);
    }
    Ok(batches)
}

/// As in ours.c.
#[repr(C)]
struct Cell {
    compression: i32,
    level: i32,
    row_group_rows: u64,
}

extern "C" {
    fn ours_write_batches(
        schema: *const FFI_ArrowSchema,
        batches: *const FFI_ArrowArray,
        count: usize,
        times: u64,
        cell: *const Cell,
        threads: u32,
        take: Option<Take>,
        user: *mut c_void,
        file_bytes: *mut u64,
        message: *mut c_char,
    ) -> i32;
}

struct Feed {
    batches: Vec<RecordBatch>,
    schema: FFI_ArrowSchema,
    exported: Vec<FFI_ArrowArray>,
    times: usize,
}

impl Feed {
    fn new(
        is_simple: bool,
        columns: usize,
        rows: usize,
        batch_rows: usize,
    ) -> Result<Self, Failure> {
        let made = rows.min(ROWS_MADE);
        let batches = make_batches(is_simple, columns, made, batch_rows)?;
        let exported = batches
            .iter()
            .map(|batch| FFI_ArrowArray::new(&StructArray::from(batch.clone()).into_data()))
            .collect();
        let schema = FFI_ArrowSchema::try_from(batches[0].schema().as_ref())?;
        Ok(Self {
            batches,
            schema,
            exported,
            times: rows / made,
        })
    }

    fn ours(
        &self,
        cell: &Cell,
        threads: u32,
        take: Option<Take>,
        user: *mut c_void,
    ) -> Result<u64, Failure> {
        let mut bytes = 0;
        let mut message = [0 as c_char; PF_ERROR_MESSAGE_BYTES];
        // SAFETY: all pointers are to what lives until the call returns, which keeps none of them.
        let status = unsafe {
            ours_write_batches(
                &self.schema,
                self.exported.as_ptr(),
                self.exported.len(),
                self.times as u64,
                cell,
                threads,
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

    fn all_batches(&self) -> impl Iterator<Item = &RecordBatch> {
        (0..self.times).flat_map(|_| &self.batches)
    }

    fn arrow_rs(&self, properties: &WriterProperties) -> Result<u64, Failure> {
        let mut output = Discard::default();
        let schema = self.batches[0].schema();
        let mut writer = ArrowWriter::try_new(&mut output, schema, Some(properties.clone()))?;
        for batch in self.all_batches() {
            writer.write(batch)?;
        }
        writer.close()?;
        Ok(output.bytes)
    }

    async fn arrow_rs_async(&self, properties: &WriterProperties) -> Result<u64, Failure> {
        let (sink, schema) = (tokio::io::sink(), self.batches[0].schema());
        let mut writer = AsyncArrowWriter::try_new(sink, schema, Some(properties.clone()))?;
        for batch in self.all_batches() {
            writer.write(batch).await?;
        }
        writer.close().await?;
        Ok(0)
    }

    /// Ours, read back by arrow-rs, is what both were given.
    fn check(&self, cell: &Cell) -> Result<(), Failure> {
        let mut file: Vec<u8> = Vec::new();
        self.ours(cell, 0, Some(append), (&raw mut file).cast())?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file))?
            .with_batch_size(self.batches[0].num_rows())
            .build()?;
        let mut read = 0;
        for (batch, written) in reader.zip(self.all_batches()) {
            let batch = batch?;
            if batch.columns() != written.columns() {
                return Err(format!("batch {read} is not as it was written").into());
            }
            read += 1;
        }
        match read == self.batches.len() * self.times {
            true => Ok(()),
            false => Err(format!("{read} batches").into()),
        }
    }
}

fn properties_of(level: Option<i32>, row_group_rows: usize) -> Result<WriterProperties, Failure> {
    let builder = WriterProperties::builder().set_max_row_group_row_count(Some(row_group_rows));
    Ok(match level {
        Some(level) => builder
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(level)?))
            .build(),
        None => builder.build(),
    })
}

fn median_ratio(over: &[Sample], under: &[Sample], time: impl Fn(&Sample) -> f64) -> String {
    let pairs = over.iter().zip(under);
    let (middle, least, most) = spread(pairs.map(|(a, b)| time(a) / time(b)));
    format!("{middle:.2} [{least:.2},{most:.2}]").replace(' ', "")
}

fn run_cell(
    feed: &Feed,
    level: Option<i32>,
    group: usize,
    options: &Options,
) -> Result<String, Failure> {
    let cell = Cell {
        compression: match level {
            Some(_) => PF_COMPRESSION_ZSTD,
            None => PF_COMPRESSION_UNCOMPRESSED,
        },
        level: level.unwrap_or(PF_LEVEL_DEFAULT),
        row_group_rows: group as u64,
    };
    feed.check(&cell)?;
    let properties = properties_of(level, group)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let none = std::ptr::null_mut;
    let runs: [Run; 4] = [
        Box::new(|| feed.ours(&cell, 1, None, none())),
        Box::new(|| feed.ours(&cell, 0, None, none())),
        Box::new(|| feed.arrow_rs(&properties)),
        Box::new(|| runtime.block_on(feed.arrow_rs_async(&properties))),
    ];
    let samples = measure(&runs, options.rounds, options.seconds)?;
    let micros = |of: usize| spread(samples[of].iter().map(|sample| sample.all)).0;
    let all = |sample: &Sample| sample.all;
    let outside = |sample: &Sample| sample.outside_zstd;
    let mut line = format!(
        " ours_one_thread_us={:.1} ours_us={:.1} arrow_rs_us={:.1} arrow_rs_async_us={:.1} \
         ratio_one_thread={} ratio={} ratio_async={}",
        micros(0),
        micros(1),
        micros(2),
        micros(3),
        median_ratio(&samples[2], &samples[0], all),
        median_ratio(&samples[2], &samples[1], all),
        median_ratio(&samples[3], &samples[1], all),
    );
    if level.is_some() {
        let ratio = median_ratio(&samples[2], &samples[0], outside);
        line += &format!(" outside_zstd_ratio={ratio}");
    }
    Ok(line)
}

pub fn run(options: &Options) -> Result<(), Failure> {
    for shape in ["simple", "complex"] {
        for columns in [10, 30] {
            for (rows, batch_rows, group) in SIZES {
                if options.is_tiny && rows > 1000 {
                    continue;
                }
                let mut feed = None;
                for (codec, level) in CODECS {
                    let name = format!("work={shape}-{columns}-{rows}-{codec}");
                    if !options.work.is_match(&name) {
                        continue;
                    }
                    if feed.is_none() {
                        feed = Some(Feed::new(shape == "simple", columns, rows, batch_rows)?);
                    }
                    let feed = feed.as_ref().ok_or("no feed")?;
                    let line = run_cell(feed, level, group, options)
                        .map_err(|why| format!("{name}: {why}"))?;
                    println!("{name}{line}");
                }
            }
        }
    }
    Ok(())
}
