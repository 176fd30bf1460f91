//! `payung-hub doctor`: what is wrong with a hub's folder, and what to do about it. It changes nothing, and can be called
//! while the hub runs.

mod database;
mod machine;
mod photos;

use crate::Context;
use crate::bucket::Bucket;
use crate::store::Source;
use anyhow::bail;
use clap::Args;
use std::io::Write as _;
use std::path::Path;

#[derive(Args)]
pub struct Doctor {
    /// Look only whether photos are there and have their length, without reading them
    #[arg(long)]
    quick: bool,
    /// Less free disk than this is wrong, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    least_free: u64,
}

/// What a check found.
pub struct Finding {
    /// A word for the check.
    check: &'static str,
    /// What is so, or what is wrong; ids, hashes and counts only.
    what: String,
    /// What to do; nothing where all is well.
    advice: Option<&'static str>,
}

impl Finding {
    fn well(check: &'static str, what: impl Into<String>) -> Self {
        Self { check, what: what.into(), advice: None }
    }

    fn wrong(check: &'static str, what: impl Into<String>, advice: &'static str) -> Self {
        Self { check, what: what.into(), advice: Some(advice) }
    }
}

impl Doctor {
    pub fn run(
        self,
        (data, source): (&Path, &Source),
        bucket: Option<&Bucket>,
        context: &Context,
    ) -> anyhow::Result<()> {
        let now = context.now().as_millisecond();
        let mut findings = machine::look(data, now, self.least_free << 20);
        match source.reader() {
            Ok(connection) => {
                findings.extend(database::look(&connection, now));
                findings.extend(photos::look(data, bucket, &connection, now, self.quick));
            }
            Err(error) => findings.push(Finding::wrong(
                "database",
                format!("it can't be opened: {error}"),
                match source {
                    Source::File(_) => "name the hub's folder with --data; if this is it, restore a backup",
                    Source::Postgres(_) => "look whether PostgreSQL runs, and at database in the configuration",
                },
            )),
        }
        let mut out = std::io::stdout().lock();
        for Finding { check, what, advice } in &findings {
            match advice {
                None => writeln!(out, "ok     {check}: {what}")?,
                Some(advice) => writeln!(out, "WRONG  {check}: {what}. {advice}")?,
            }
        }
        let wrong = findings.iter().filter(|finding| finding.advice.is_some()).count();
        if wrong > 0 {
            bail!("{wrong} of {} checks found something wrong", findings.len());
        }
        Ok(())
    }
}

/// The first few of many, and how many more there are.
fn some(names: &[String]) -> String {
    const MOST: usize = 5;
    let shown = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
