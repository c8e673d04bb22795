//! parquet_flow's writer beside arrow-rs's, in the cells of arrow-rs's benchmark `arrow_writer`, in
//! one process, on the same record batches in memory. docs/performance.md says how to read it.

mod pipeline;
mod rounds;
mod verify;
mod works;
mod writers;
mod zstd_time;

use std::env;
use std::process::ExitCode;

use arrow::record_batch::RecordBatch;
use regex::Regex;

use rounds::{measure, spread, Run, Sample};
use verify::Style;
use works::{Setting, SETTINGS};
use writers::{ArrowRs, Failure, Ours};

const USAGE: &str =
    "usage: pf_arrow_rs [--work REGEX] [--rows N] [--rounds N] [--tiny] [--pipeline]";

struct Options {
    work: Regex,
    rows: usize,
    rounds: usize,
    seconds: f64,
    is_tiny: bool,
    is_pipeline: bool,
}

fn options_of(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut options = Options {
        work: Regex::new("")?,
        rows: 4096,
        rounds: 7,
        seconds: 0.04,
        is_tiny: false,
        is_pipeline: false,
    };
    while let Some(name) = arguments.next() {
        if name == "--tiny" {
            (options.rounds, options.seconds, options.is_tiny) = (1, 0.0, true);
            continue;
        }
        if name == "--pipeline" {
            options.is_pipeline = true;
            continue;
        }
        let value = arguments.next().ok_or(USAGE)?;
        match name.as_str() {
            "--work" => options.work = Regex::new(&value)?,
            "--rows" => options.rows = value.parse()?,
            "--rounds" => options.rounds = value.parse::<usize>()?.max(1),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(options)
}

/// Medians of both sides and of what each round makes of them, arrow-rs's time over ours.
fn compared(prefix: &str, samples: &[Vec<Sample>], time: impl Fn(&Sample) -> f64) -> String {
    let (ours, ours_min, ours_max) = spread(samples[0].iter().map(&time));
    let (theirs, theirs_min, theirs_max) = spread(samples[1].iter().map(&time));
    let pairs = samples[0].iter().zip(&samples[1]);
    let (ratio, ratio_min, ratio_max) = spread(pairs.map(|(a, b)| time(b) / time(a)));
    format!(
        " {prefix}ours_us={ours:.1} {prefix}arrow_rs_us={theirs:.1} {prefix}ratio={ratio:.2} \
         {prefix}ours_us_min={ours_min:.1} {prefix}ours_us_max={ours_max:.1} \
         {prefix}arrow_rs_us_min={theirs_min:.1} {prefix}arrow_rs_us_max={theirs_max:.1} \
         {prefix}ratio_min={ratio_min:.2} {prefix}ratio_max={ratio_max:.2}"
    )
}

fn run_cell(batch: &RecordBatch, setting: &Setting, options: &Options) -> Result<String, Failure> {
    let ours = Ours::new(batch, setting)?;
    let arrow_rs = ArrowRs::new(batch, setting);
    verify::check(ours.file()?, batch, setting, Style::Ours)
        .map_err(|why| format!("ours: {why}"))?;
    verify::check(arrow_rs.file()?, batch, setting, Style::ArrowRs)
        .map_err(|why| format!("arrow-rs: {why}"))?;
    let (ours_bytes, arrow_rs_bytes) = (ours.discard()?, arrow_rs.discard()?);
    let runs: [Run; 2] = [Box::new(|| ours.discard()), Box::new(|| arrow_rs.discard())];
    let samples = measure(&runs, options.rounds, options.seconds)?;
    let mut line = compared("", &samples, |sample| sample.all);
    if setting.is_zstd {
        line += &compared("outside_zstd_", &samples, |sample| sample.outside_zstd);
    }
    Ok(format!(
        "{line} ours_bytes={ours_bytes} arrow_rs_bytes={arrow_rs_bytes}"
    ))
}

fn run() -> Result<(), Failure> {
    let options = options_of(env::args().skip(1))?;
    if options.is_pipeline {
        return pipeline::run(&options);
    }
    for (data, batch) in works::batches(options.rows)? {
        for setting in &SETTINGS {
            let name = format!("work={data}/{}", setting.name);
            if options.work.is_match(&name) {
                let line =
                    run_cell(&batch, setting, &options).map_err(|why| format!("{name}: {why}"))?;
                println!("{name} rows={}{line}", options.rows);
            }
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("pf_arrow_rs: {why}");
            ExitCode::FAILURE
        }
    }
}
