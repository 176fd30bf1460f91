//! A file for BPJS: its people gathered village by village, its bytes written once and kept.

use super::sheet::{CsvSheet, XlsxBook};
use super::stored::{self, Writing};
use super::template::Template;
use super::work::{CLAIM_MILLISECONDS, MOST_TRIES};
use crate::context::moment;
use crate::error::HubError;
use crate::hub::Hub;
use crate::store::audit;
use crate::store::export::{self, Export};
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

/// Goes on with a file, wherever it was left.
pub fn go_on(hub: &Hub, mut found: Export) -> Result<(), HubError> {
    let tries = hub.store.read::<_, HubError>(|connection| Ok(export::tries(connection, &found.id)?))?;
    if tries > MOST_TRIES {
        found.state = "failed".into();
        return hub.store.write(|transaction| Ok(export::set(transaction, &found, 0)?));
    }
    let until = || hub.context.now().as_millisecond() + CLAIM_MILLISECONDS;
    while found.state == "gathering" {
        hub.store.write::<_, HubError>(|transaction| {
            match export::next_village(transaction, &found.programme, &found.done_village)? {
                Some(village) => {
                    found.people += export::gather(transaction, &found, village)?;
                    found.done_village = village.to_string();
                }
                None => found.state = if found.people == 0 { "empty" } else { "writing" }.into(),
            }
            Ok(export::set(transaction, &found, until())?)
        })?;
    }
    if found.state == "writing" {
        let programme = hub.programme(&found.programme)?;
        let template = Template::from_toml(&found.template).map_err(|_| HubError::Corrupt("an export's columns"))?;
        let (xlsx, csv) = (xlsx(hub, &found, programme, &template)?, csv(hub, &found, programme, &template)?);
        (found.xlsx, found.csv, found.state) = (Some(xlsx), Some(csv), "ready".into());
        hub.store.write::<_, HubError>(|transaction| Ok(export::set(transaction, &found, 0)?))?;
    }
    Ok(())
}

fn xlsx(hub: &Hub, found: &Export, programme: &Programme, template: &Template) -> Result<String, HubError> {
    let mut book = XlsxBook::begin(hub.photos.uploads(), moment(found.made_at))?;
    let headings = template.headings();
    book.sheet(&template.sheet, &headings, &[], &mut |row| each(hub, found, programme, template, row))?;
    let mut writing = Writing::begin(hub)?;
    book.finish(&mut writing)?;
    Ok(writing.finish()?.id)
}

fn csv(hub: &Hub, found: &Export, programme: &Programme, template: &Template) -> Result<String, HubError> {
    let mut sheet = CsvSheet::begin(Writing::begin(hub)?, template.separator, &template.headings())?;
    each(hub, found, programme, template, &mut |cells| sheet.row(cells))?;
    Ok(sheet.finish()?.finish()?.id)
}

/// Every person of a file, in order.
fn each(
    hub: &Hub,
    found: &Export,
    programme: &Programme,
    template: &Template,
    row: &mut dyn FnMut(&[String]) -> Result<(), HubError>,
) -> Result<(), HubError> {
    let mut last = 0;
    loop {
        let lines = hub
            .store
            .read::<_, HubError>(|connection| Ok(export::lines(connection, &found.id, last, LINES_AT_ONCE)?))?;
        if lines.is_empty() {
            return Ok(());
        }
        for line in &lines {
            let one: Enrolment = serde_json::from_str(&line.body).map_err(|_| HubError::Corrupt("a revision"))?;
            row(&template.cells(line.position, &one, programme, &hub.catalogue))?;
            last = line.position;
        }
        if last.is_multiple_of(LINES_AT_ONCE * 20) {
            let until = hub.context.now().as_millisecond() + CLAIM_MILLISECONDS;
            hub.store.write::<_, HubError>(|transaction| Ok(export::set(transaction, found, until)?))?;
        }
    }
}
