//! One sync: takes what a phone has to say, answers with receipts and news, all in one transaction.

use crate::certificate;
use crate::error::{ApiError, HubError};
use crate::hub::Hub;
use crate::intake::{self, Taken};
use crate::places;
use crate::store::device::{self, Device};
use crate::store::{record, snapshot, village};
use jiff::Timestamp;
use payung_domain::state::State;
use payung_domain::wire::{
    BatchReceipt, Change, MOST_RECORDS, Pushed, Receipt, RecordPush, RefusalReason, SyncRequest, SyncResponse, VERSION,
};
use std::sync::Arc;

/// Changes in one answer.
pub const CHANGES_PER_ANSWER: usize = 200;

/// Answers a phone. When this returns, everything that the answer receipts is on the disk.
pub fn answer(hub: Arc<Hub>, device: Device, request: SyncRequest) -> Result<SyncResponse, ApiError> {
    if request.records.len() > MOST_RECORDS || request.awaiting.len() > MOST_RECORDS {
        return Err(ApiError::bad_request(format!("at most {MOST_RECORDS} records and as many awaited")));
    }
    let hub_time = hub.context.now();
    let now = hub_time.as_millisecond();
    // the job may be done by another caller's thread
    Arc::clone(&hub).store.write_together(move |transaction| {
        let (hub, device) = (hub.as_ref(), &device);
        let village_row = village::get(transaction, device.village)?.ok_or(HubError::Corrupt("village of a device"))?;
        let clock_offset = now.saturating_sub(request.device_time.as_millisecond());
        device::seen(transaction, &device.id, now, clock_offset)?;
        let before = record::last_change(transaction)?;
        let (mut receipts, mut refusals, mut newer) = (Vec::new(), Vec::new(), Vec::new());
        // Oldest first, as sent: a correction follows its enrolment.
        for push in &request.records {
            match intake::take(hub, transaction, device, &village_row, push, (now, clock_offset))? {
                Taken::Receipt(receipt) => {
                    if receipt.revision > push.revision {
                        newer.extend(intake::newer(transaction, device, push.id)?);
                    }
                    receipts.push(receipt);
                }
                Taken::Refusal(refusal) => {
                    if refusal.reason == RefusalReason::Conflict {
                        newer.extend(intake::newer(transaction, device, push.id)?);
                    }
                    refusals.push(refusal);
                }
            }
        }
        for &id in &request.awaiting {
            if !receipts.iter().any(|receipt| receipt.id == id) {
                receipts.extend(record::receipt(transaction, id, device.village)?);
            }
        }
        places::move_up(hub, transaction, &village_row.programme, village_row.code, now)?;
        let ask = request.lease.as_ref();
        let lease = ask.map(|ask| places::lend(hub, transaction, device, &village_row, ask)).transpose()?.flatten();
        // A cursor that is no change of this village is from another village, or from before this hub was restored:
        // tell everything again.
        let after = match request.cursor {
            Some(cursor) if record::is_change_of(transaction, device.village, cursor)? => cursor,
            _ => 0,
        };
        let mut changes = record::changes(transaction, device.village, after, CHANGES_PER_ANSWER + 1)?;
        let more = changes.len() > CHANGES_PER_ANSWER;
        changes.truncate(CHANGES_PER_ANSWER);
        let cursor = changes.last().map_or(after, |(seq, _)| *seq);
        receipts.extend(places::told_anew(transaction, device, &changes, &receipts)?);
        // the receipts say it already; when this answer is lost, the next one tells these changes
        let is_told = |(seq, change): &(u64, Change)| {
            *seq > before && change.state == State::Received && receipts.iter().any(|receipt| receipt.id == change.id)
        };
        changes.retain(|change| !is_told(change));
        let (receipts, batch) = match request.takes_batch_receipt {
            true => in_one(&request.records, receipts, hub_time),
            false => (receipts, None),
        };
        let village = places::village_of(hub, transaction, &village_row)?;
        let is_known = request.village.is_some_and(|known| known == village.digest());
        let certificate = certificate::of(hub, device, &village.name, request.phone_key.as_deref())?;
        Ok(SyncResponse {
            version: VERSION,
            nonce: request.nonce.clone(),
            hub_time,
            receipts,
            batch,
            refusals,
            newer,
            cursor,
            changes: changes.into_iter().map(|(_, change)| change).collect(),
            more,
            places: Some(village.places),
            village: (!is_known).then_some(village),
            lease,
            restored_at: snapshot::restored_at(transaction)?.map(crate::context::moment),
            certificate,
        })
    })
}

/// Those receipts that say no more than "this came just now", as one.
fn in_one(pushed: &[RecordPush], receipts: Vec<Receipt>, hub_time: Timestamp) -> (Vec<Receipt>, Option<BatchReceipt>) {
    let pushed: Vec<_> = pushed.iter().map(Pushed::of).collect();
    let says_no_more = |receipt: &Receipt| {
        let named = Pushed { id: receipt.id, revision: receipt.revision, content: receipt.content };
        receipt.photos_held.is_empty()
            && receipt.received_at.as_millisecond() == hub_time.as_millisecond()
            && pushed.contains(&named)
    };
    let (short, receipts): (Vec<_>, Vec<_>) = receipts.into_iter().partition(says_no_more);
    (receipts, BatchReceipt::for_all(&short))
}
