//! Interleaved rounds, as those of pf_peers: what the machine does meanwhile falls on both sides.

use std::time::{Duration, Instant};

use crate::writers::Failure;
use crate::zstd_time;

/// Microseconds of one run.
#[derive(Clone, Copy)]
pub struct Sample {
    pub all: f64,
    pub outside_zstd: f64,
}

pub type Run<'a> = Box<dyn Fn() -> Result<u64, Failure> + 'a>;

fn sample(run: &Run, times: u32) -> Result<Sample, Failure> {
    let zstd_before = zstd_time::total();
    let start = Instant::now();
    for _ in 0..times {
        run()?;
    }
    let all = start.elapsed();
    let outside = all.saturating_sub(zstd_time::total() - zstd_before);
    let micros = |of: Duration| of.as_secs_f64() * 1e6 / f64::from(times);
    Ok(Sample {
        all: micros(all),
        outside_zstd: micros(outside),
    })
}

/// Runs each to warm up and to see how often it has to run for `seconds`, then the rounds; every
/// other round goes backwards. Samples by run and round.
pub fn measure(runs: &[Run], rounds: usize, seconds: f64) -> Result<Vec<Vec<Sample>>, Failure> {
    let mut times = Vec::new();
    for run in runs {
        sample(run, 3)?;
        times.push((seconds * 1e6 / sample(run, 3)?.all).ceil().max(1.0) as u32);
    }
    let mut samples = vec![Vec::new(); runs.len()];
    for round in 0..rounds {
        for i in 0..runs.len() {
            let run = if round % 2 == 0 {
                i
            } else {
                runs.len() - 1 - i
            };
            samples[run].push(sample(&runs[run], times[run])?);
        }
    }
    Ok(samples)
}

/// The median, the smallest and the largest.
pub fn spread(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let median = match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    };
    (median, sorted[0], sorted[sorted.len() - 1])
}
