//! Reads Parquet files with arrow-rs, page checksums verified, and hands them on as Arrow IPC
//! streams; or writes such streams as Parquet.
//!
//! Says its version, then answers lines of "read<TAB>PARQUET<TAB>IPC" and of
//! "write<TAB>IPC<TAB>PARQUET<TAB>NAME=VALUE<TAB>..." with "ok" or with what went wrong. The names
//! are those of `properties`; a column's are "column=PATH;ENCODING;DICTIONARY;CODEC;STATISTICS".

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use parquet::schema::types::ColumnPath;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn read(input: &str, output: &str) -> Outcome<()> {
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(input)?, options)?;
    let mut writer = StreamWriter::try_new(File::create(output)?, builder.schema())?;
    for batch in builder.build()? {
        writer.write(&batch?)?;
    }
    writer.finish()?;
    Ok(())
}

fn column(to: WriterPropertiesBuilder, value: &str) -> Outcome<WriterPropertiesBuilder> {
    let words: Vec<&str> = value.split(';').collect();
    let [path, encoding, dictionary, codec, statistics] = words[..] else {
        return Err(format!("no column: {value}").into());
    };
    let path = ColumnPath::new(path.split('.').map(String::from).collect());
    let level = match statistics {
        "none" => EnabledStatistics::None,
        "chunk" => EnabledStatistics::Chunk,
        _ => EnabledStatistics::Page,
    };
    let to = if encoding.is_empty() {
        to
    } else {
        to.set_column_encoding(path.clone(), encoding.parse()?)
    };
    Ok(to
        .set_column_dictionary_enabled(path.clone(), dictionary == "true")
        .set_column_compression(path.clone(), codec.parse()?)
        .set_column_statistics_enabled(path, level))
}

fn properties<'a>(words: impl Iterator<Item = &'a str>) -> Outcome<WriterProperties> {
    let mut to = WriterProperties::builder();
    for word in words {
        let (name, value) = word.split_once('=').ok_or("no value")?;
        to = match name {
            "version" if value == "2" => to.set_writer_version(WriterVersion::PARQUET_2_0),
            "version" => to.set_writer_version(WriterVersion::PARQUET_1_0),
            "row_group_rows" => to.set_max_row_group_row_count(Some(value.parse()?)),
            "page_rows" => to.set_data_page_row_count_limit(value.parse()?),
            "page_bytes" => to.set_data_page_size_limit(value.parse()?),
            "batch_rows" => to.set_write_batch_size(value.parse()?),
            "dictionary_bytes" => to.set_dictionary_page_size_limit(value.parse()?),
            "truncate_bytes" => to
                .set_column_index_truncate_length(Some(value.parse()?))
                .set_statistics_truncate_length(Some(value.parse()?)),
            "bloom_filter" => to.set_bloom_filter_enabled(value == "true"),
            "page_statistics" => to.set_write_page_header_statistics(value == "true"),
            "offset_index" => to.set_offset_index_disabled(value != "true"),
            "column" => column(to, value)?,
            _ => return Err(format!("no option {name}").into()),
        };
    }
    Ok(to.build())
}

fn write<'a>(input: &str, output: &str, words: impl Iterator<Item = &'a str>) -> Outcome<()> {
    let reader = StreamReader::try_new(File::open(input)?, None)?;
    let mut writer =
        ArrowWriter::try_new(File::create(output)?, reader.schema(), Some(properties(words)?))?;
    for batch in reader {
        writer.write(&batch?)?;
    }
    writer.close()?;
    Ok(())
}

fn answer(line: &str) -> Outcome<()> {
    let mut words = line.split('\t');
    let what = words.next();
    let input = words.next().ok_or("no input")?;
    let output = words.next().ok_or("no output")?;
    match what {
        Some("read") => read(input, output),
        _ => write(input, output, words),
    }
}

fn main() -> io::Result<()> {
    std::panic::set_hook(Box::new(|_| ()));
    let mut out = io::stdout().lock();
    writeln!(out, "arrow-rs {}", arrow::ARROW_VERSION)?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = match catch_unwind(AssertUnwindSafe(|| answer(&line))) {
            Ok(Ok(())) => "ok".to_string(),
            Ok(Err(error)) => error.to_string().replace('\n', " "),
            Err(_) => "a panic".to_string(),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
