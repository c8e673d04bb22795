//! The cells of arrow-rs's own benchmark `arrow_writer`: its data sets, made by its functions with
//! its seeds, and its settings of the writer.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::Result;
use arrow::record_batch::RecordBatch;
use arrow::util::bench_util::{create_f16_array, create_f32_array, create_f64_array};
use arrow::util::data_gen::create_random_batch;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};

/// Of values, of lists and of their elements.
const NULL_DENSITY: f32 = 0.25;
const TRUE_DENSITY: f32 = 0.75;
const NAN_DENSITY: f32 = 0.5;

fn list(element: DataType, nullable: bool) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(element, nullable)))
}

fn large_list(element: DataType, nullable: bool) -> DataType {
    DataType::LargeList(Arc::new(Field::new_list_field(element, nullable)))
}

/// Columns _1, _2, ...
fn schema_of(types: Vec<DataType>, nullable: bool) -> Arc<Schema> {
    let field = |(i, of): (usize, DataType)| Field::new(format!("_{}", i + 1), of, nullable);
    Arc::new(Schema::new(
        types.into_iter().enumerate().map(field).collect::<Vec<_>>(),
    ))
}

fn random(types: Vec<DataType>, nullable: bool, rows: usize) -> Result<RecordBatch> {
    create_random_batch(schema_of(types, nullable), rows, NULL_DENSITY, TRUE_DENSITY)
}

fn floats_with_nans(rows: usize) -> Result<RecordBatch> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(create_f16_array(rows, NAN_DENSITY)),
        Arc::new(create_f32_array(rows, NAN_DENSITY)),
        Arc::new(create_f64_array(rows, NAN_DENSITY)),
    ];
    let types = vec![DataType::Float16, DataType::Float32, DataType::Float64];
    RecordBatch::try_new(schema_of(types, false), columns)
}

pub fn batches(rows: usize) -> Result<Vec<(&'static str, RecordBatch)>> {
    use DataType::*;
    let primitive = || vec![Int32, Int64, UInt32, UInt64, Float32, Float64, Date64];
    let lists = |nullable| {
        vec![
            list(Int32, nullable),
            list(Boolean, nullable),
            large_list(Utf8, nullable),
        ]
    };
    let dictionary = Dictionary(Box::new(Int32), Box::new(Utf8));
    Ok(vec![
        ("primitive", random(primitive(), true, rows)?),
        ("primitive_non_null", random(primitive(), false, rows)?),
        ("bool", random(vec![Boolean], true, rows)?),
        ("bool_non_null", random(vec![Boolean], false, rows)?),
        ("string", random(vec![Utf8, LargeUtf8], true, rows)?),
        (
            "string_and_binary_view",
            random(vec![Utf8View, BinaryView], true, rows)?,
        ),
        ("string_dictionary", random(vec![dictionary], true, rows)?),
        (
            "string_non_null",
            random(vec![Utf8, LargeUtf8], false, rows)?,
        ),
        ("float_with_nans", floats_with_nans(rows)?),
        ("list_primitive", random(lists(true), true, rows)?),
        (
            "list_primitive_non_null",
            random(lists(false), false, rows)?,
        ),
    ])
}

/// What is the same for both writers; all else is each one's default.
pub struct Setting {
    pub name: &'static str,
    pub is_zstd: bool,
    pub is_v2: bool,
    pub has_bloom_filters: bool,
}

pub const SETTINGS: [Setting; 5] = [
    Setting {
        name: "default",
        is_zstd: false,
        is_v2: false,
        has_bloom_filters: false,
    },
    Setting {
        name: "bloom_filter",
        is_zstd: false,
        is_v2: false,
        has_bloom_filters: true,
    },
    Setting {
        name: "parquet_2",
        is_zstd: false,
        is_v2: true,
        has_bloom_filters: false,
    },
    Setting {
        name: "zstd",
        is_zstd: true,
        is_v2: false,
        has_bloom_filters: false,
    },
    Setting {
        name: "zstd_parquet_2",
        is_zstd: true,
        is_v2: true,
        has_bloom_filters: false,
    },
];

impl Setting {
    pub fn properties(&self) -> WriterProperties {
        let mut builder = WriterProperties::builder();
        if self.has_bloom_filters {
            builder = builder.set_bloom_filter_enabled(true);
        }
        if self.is_zstd {
            builder = builder.set_compression(Compression::ZSTD(ZstdLevel::default()));
        }
        if self.is_v2 {
            builder = builder.set_writer_version(WriterVersion::PARQUET_2_0);
        }
        builder.build()
    }
}
