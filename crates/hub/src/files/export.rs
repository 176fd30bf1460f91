//! A file for BPJS: its people gathered village by village, its bytes written once and kept.

use super::sheet::{CsvSheet, XlsxBook};
use super::stored::{self, Writing};
use super::template::Template;
use super::work::{CLAIM_MILLISECONDS, MOST_TRIES};
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::export::{self, Export};
use crate::store::job::{self, Job};
use crate::store::sql::Transaction;
use crate::store::{BREATH, audit};
use payung_domain::programme::ProgrammeId;
use payung_domain::{Enrolment, Programme};

/// Rows that are read at once.
const LINES_AT_ONCE: u32 = 500;

/// Why no file was begun.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// One of the programme's is being made.
    #[error("one is being made")]
    Making,
    /// Nobody has a place and is in no other file.
    #[error("nobody is ready")]
    Nobody,
    /// The hub failed.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl From<crate::store::sql::SqlError> for ExportError {
    fn from(error: crate::store::sql::SqlError) -> Self {
        Self::Hub(error.into())
    }
}

/// Begins the programme's next file; [`super::work`] makes it.
pub fn begin(hub: &Hub, programme: &ProgrammeId, actor: &str) -> Result<String, ExportError> {
    let now = hub.context.now().as_millisecond();
    hub.programme(programme)?;
    let mut new = Export {
        id: stored::name::<8>(hub)?,
        programme: programme.clone(),
        number: 0,
        made_at: now,
        made_by: actor.to_owned(),
        template: hub.catalogue.template(programme).to_owned(),
        state: "gathering".into(),
        done_village: String::new(),
        people: 0,
        xlsx: None,
        csv: None,
    };
    hub.store.write(|transaction| {
        if export::is_making(transaction, programme)? {
            return Err(ExportError::Making);
        }
        if export::ready(transaction, programme)? == 0 {
            return Err(ExportError::Nobody);
        }
        new.number = export::begin(transaction, &new)?;
        let subject = format!("export:{}", new.id);
        audit::add_change(
            transaction,
            now,
            actor,
            "export.make",
            &subject,
            ("", &format!("{programme} {}", new.number)),
        )?;
        Ok(new.id.clone())
    })
}

/// One that this worker has.
struct Run<'a> {
    hub: &'a Hub,
    export: Export,
    /// When the claim ends.
    held: i64,
}

impl Run<'_> {
    /// Writes how far it is, and keeps the claim or gives it back.
    fn note(&mut self, transaction: &Transaction) -> Result<(), HubError> {
        let has_more = matches!(self.export.state.as_str(), "gathering" | "writing");
        let until = if has_more { self.hub.context.now().as_millisecond() + CLAIM_MILLISECONDS } else { 0 };
        if !job::keep(transaction, Job::Export, &self.export.id, self.held, until)? {
            return Err(HubError::Corrupt("an export that another worker has"));
        }
        export::set(transaction, &self.export)?;
        self.held = until;
        Ok(())
    }
}

/// Goes on with a file, wherever it was left.
pub fn go_on(hub: &Hub, id: &str, held: i64) -> Result<(), HubError> {
    let (found, tries) = hub.store.read::<_, HubError>(|connection| {
        Ok((export::get(connection, id)?, job::tries(connection, Job::Export, id)?))
    })?;
    let Some(export) = found else { return Ok(()) };
    let mut run = Run { hub, export, held };
    if tries > MOST_TRIES {
        run.export.state = "failed".into();
        return hub.store.write(|transaction| {
            export::release(transaction, id)?;
            run.note(transaction)
        });
    }
    while run.export.state == "gathering" {
        hub.store.write::<_, HubError>(|transaction| {
            run.gather(transaction)?;
            run.note(transaction)
        })?;
        std::thread::sleep(BREATH);
    }
    if run.export.state == "writing" {
        let programme = hub.programme(&run.export.programme)?;
        let template =
            Template::from_toml(&run.export.template).map_err(|_| HubError::Corrupt("an export's columns"))?;
        let (xlsx, csv) = (run.xlsx(programme, &template)?, run.csv(programme, &template)?);
        (run.export.xlsx, run.export.csv, run.export.state) = (Some(xlsx), Some(csv), "ready".into());
        hub.store.write::<_, HubError>(|transaction| run.note(transaction))?;
    }
    Ok(())
}

impl Run<'_> {
    /// The next village's people; after the last one they are written.
    fn gather(&mut self, transaction: &Transaction) -> Result<(), HubError> {
        match export::next_village(transaction, &self.export.programme, &self.export.done_village)? {
            Some(village) => {
                self.export.people += export::gather(transaction, &self.export, village)?;
                self.export.done_village = village.to_string();
            }
            None => self.export.state = if self.export.people == 0 { "empty" } else { "writing" }.into(),
        }
        Ok(())
    }

    fn xlsx(&mut self, programme: &Programme, template: &Template) -> Result<String, HubError> {
        let hub = self.hub;
        let mut book = XlsxBook::begin(hub.photos.uploads(), moment(self.export.made_at))?;
        book.sheet(&template.sheet, &template.headings(), &[], &mut |row| self.each(programme, template, row))?;
        let mut writing = Writing::begin(hub)?;
        book.finish(&mut writing)?;
        Ok(writing.finish()?.id)
    }

    fn csv(&mut self, programme: &Programme, template: &Template) -> Result<String, HubError> {
        let mut sheet = CsvSheet::begin(Writing::begin(self.hub)?, template.separator, &template.headings())?;
        self.each(programme, template, &mut |cells| sheet.row(cells))?;
        Ok(sheet.finish()?.finish()?.id)
    }

    /// Every person of the file, in order.
    fn each(
        &mut self,
        programme: &Programme,
        template: &Template,
        row: &mut dyn FnMut(&[String]) -> Result<(), HubError>,
    ) -> Result<(), HubError> {
        let (hub, mut last) = (self.hub, 0);
        loop {
            let id = &self.export.id;
            let lines =
                hub.store.read::<_, HubError>(|connection| Ok(export::lines(connection, id, last, LINES_AT_ONCE)?))?;
            if lines.is_empty() {
                return Ok(());
            }
            for line in &lines {
                let one: Enrolment = serde_json::from_str(&line.body).map_err(|_| HubError::Corrupt("a revision"))?;
                row(&template.cells(line.position, &one, programme, &hub.catalogue))?;
                last = line.position;
            }
            if last.is_multiple_of(LINES_AT_ONCE * 20) {
                hub.store.write::<_, HubError>(|transaction| self.note(transaction))?;
            }
        }
    }
}
