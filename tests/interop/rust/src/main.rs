//! Reads Parquet files with arrow-rs, page checksums verified, and hands them on as Arrow IPC
//! streams.
//!
//! Says its version, then answers lines of "PARQUET<TAB>IPC" with "ok" or with what went wrong.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

use arrow::ipc::writer::StreamWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::PageIndexPolicy;

fn convert(line: &str) -> Result<(), Box<dyn Error>> {
    let (input, output) = line.split_once('\t').ok_or("no tab")?;
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(File::open(input)?, options)?;
    let mut writer = StreamWriter::try_new(File::create(output)?, builder.schema())?;
    for batch in builder.build()? {
        writer.write(&batch?)?;
    }
    writer.finish()?;
    Ok(())
}

fn main() -> io::Result<()> {
    std::panic::set_hook(Box::new(|_| ()));
    let mut out = io::stdout().lock();
    writeln!(out, "arrow-rs {}", arrow::ARROW_VERSION)?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let answer = match catch_unwind(AssertUnwindSafe(|| convert(&line))) {
            Ok(Ok(())) => "ok".to_string(),
            Ok(Err(error)) => error.to_string().replace('\n', " "),
            Err(_) => "a panic".to_string(),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
