//! Before anything is timed: what a writer wrote is read back by arrow-rs, and is the batch, in a
//! file that is as the setting says.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::{PageType, Type};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData};

use crate::works::Setting;
use crate::writers::Failure;

/// How a writer's file has what it was given.
#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    /// As it is: dates as numbers of milliseconds, the elements of lists by the name they have.
    ArrowRs,
    /// As the format has it: dates in days, elements called "element".
    Ours,
}

fn as_written(column: &ArrayRef, style: Style) -> Result<ArrayRef, Failure> {
    match column.data_type() {
        DataType::Date64 if style == Style::Ours => {
            Ok(cast(&cast(column, &DataType::Date32)?, &DataType::Date64)?)
        }
        _ => Ok(Arc::clone(column)),
    }
}

fn as_read(column: &ArrayRef, given: &DataType, style: Style) -> Result<ArrayRef, Failure> {
    match given {
        DataType::List(_) | DataType::LargeList(_) if style == Style::Ours => {
            Ok(cast(column, given)?)
        }
        _ => Ok(Arc::clone(column)),
    }
}

fn check_chunk(chunk: &ColumnChunkMetaData, setting: &Setting) -> Result<(), Failure> {
    // Ours has none for booleans, whose bounds say as much; arrow-rs writes one.
    let has_filter = chunk.bloom_filter_offset().is_some();
    let is_boolean = chunk.column_type() == Type::BOOLEAN;
    if has_filter != setting.has_bloom_filters && !is_boolean {
        return Err("a bloom filter that is missing, or too many".into());
    }
    if chunk.statistics().is_none() {
        return Err("no statistics".into());
    }
    if chunk.column_index_offset().is_none() || chunk.offset_index_offset().is_none() {
        return Err("no page index".into());
    }
    let expected = if setting.is_v2 {
        PageType::DATA_PAGE_V2
    } else {
        PageType::DATA_PAGE
    };
    let pages = chunk.page_encoding_stats().ok_or("no encoding stats")?;
    if pages
        .iter()
        .any(|of| of.page_type != PageType::DICTIONARY_PAGE && of.page_type != expected)
    {
        return Err("data pages of the other version".into());
    }
    Ok(())
}

fn check_form(metadata: &ParquetMetaData, setting: &Setting) -> Result<(), Failure> {
    let [row_group] = metadata.row_groups() else {
        return Err("not one row group".into());
    };
    for chunk in row_group.columns() {
        check_chunk(chunk, setting).map_err(|why| format!("{}: {why}", chunk.column_path()))?;
    }
    Ok(())
}

pub fn check(
    file: Vec<u8>,
    batch: &RecordBatch,
    setting: &Setting,
    style: Style,
) -> Result<(), Failure> {
    let options = ArrowReaderOptions::new()
        .with_page_index_policy(PageIndexPolicy::Required)
        .with_encoding_stats_as_mask(false);
    let builder =
        ParquetRecordBatchReaderBuilder::try_new_with_options(bytes::Bytes::from(file), options)?;
    check_form(builder.metadata(), setting)?;
    let schema = Arc::clone(builder.schema());
    let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
    let read = concat_batches(&schema, &batches)?;
    if read.num_columns() != batch.num_columns() {
        return Err(format!("{} columns", read.num_columns()).into());
    }
    for (i, (read, written)) in read.columns().iter().zip(batch.columns()).enumerate() {
        let read = as_read(read, written.data_type(), style)?;
        let written = as_written(written, style)?;
        if *read != *written {
            return Err(format!("column {i} is not as it was written").into());
        }
    }
    Ok(())
}
