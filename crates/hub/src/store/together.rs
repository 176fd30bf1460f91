//! One commit for all who wait for one: a disk that takes half a millisecond to be sure then serves thirty phones in that time.
//!
//! Each job is held apart by a savepoint, and nobody hears of success before the common commit is on the disk.

use super::sql::{SqlError, Transaction};
use super::{Store, held};
use std::sync::mpsc::sync_channel;

/// A job that waits: it runs in the transaction that it is given, or hears why there is none.
pub(super) type Job = Box<dyn FnOnce(Result<&Transaction, &SqlError>) -> Told + Send>;
/// Tells a job's owner how it went, once the commit has been tried.
type Told = Box<dyn FnOnce(Result<(), &SqlError>)>;

impl Store {
    /// Like [`Store::write`], for what comes often: jobs that arrive while another commit is under way share the next one. Whoever
    /// gets the writer first does the work of all.
    pub fn write_together<T, E>(&self, work: impl FnOnce(&Transaction) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<SqlError> + Send + 'static,
    {
        let (tell, told) = sync_channel(1);
        held(&self.jobs).push(Box::new(move |transaction| {
            let done =
                transaction.map_err(|error| error.again().into()).and_then(|transaction| transaction.apart(work));
            Box::new(move |committed| {
                let done = committed.map_err(|error| error.again().into()).and(done);
                // the owner waits for it, unless the process ends
                drop(tell.send(done));
            })
        }));
        let writer = self.writer();
        if let Ok(done) = told.try_recv() {
            return done;
        }
        let jobs = std::mem::take(&mut *held(&self.jobs));
        match writer.as_ref().map_err(SqlError::again).and_then(|writer| writer.begin_write()) {
            Ok(transaction) => all(transaction, jobs),
            Err(error) => jobs.into_iter().for_each(|job| job(Err(&error))(Err(&error))),
        }
        drop(writer);
        // nothing comes where another's job has panicked and taken the transaction along: as if it had failed
        told.recv().unwrap_or_else(|_| Err(SqlError::Ended.into()))
    }
}

fn all(transaction: Transaction, jobs: Vec<Job>) {
    let mut told = Vec::with_capacity(jobs.len());
    for job in jobs {
        // a full disk ends the whole transaction: what comes after must not begin one of its own
        let ended = transaction.is_ended().then_some(SqlError::Ended);
        told.push(match &ended {
            None => job(Ok(&transaction)),
            Some(error) => job(Err(error)),
        });
    }
    let committed = transaction.commit();
    told.into_iter().for_each(|tell| tell(committed.as_ref().map(|&()| ())));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::error::HubError;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    fn store(folder: &std::path::Path) -> Arc<Store> {
        let store = Store::open(&folder.join("hub.db")).unwrap();
        store
            .write::<_, HubError>(|t| Ok(t.execute_batch("CREATE TABLE noted (n INTEGER PRIMARY KEY, x BLOB)")?))
            .unwrap();
        Arc::new(store)
    }

    fn count(store: &Store) -> u32 {
        store.read::<_, HubError>(|c| Ok(c.query_row("SELECT count(*) FROM noted", [], |row| row.get(0))?)).unwrap()
    }

    /// Lets jobs gather behind a writer that is busy, and gives their results.
    fn gathered(
        store: &Arc<Store>,
        jobs: u32,
        work: impl Fn(&Transaction, u32) -> Result<u32, HubError> + Send + Sync + 'static,
    ) -> Vec<Result<u32, HubError>> {
        let work = Arc::new(work);
        let busy = held(&store.writer);
        let threads: Vec<_> = (0..jobs)
            .map(|number| {
                let (store, work) = (Arc::clone(store), Arc::clone(&work));
                std::thread::spawn(move || store.write_together(move |transaction| work(transaction, number)))
            })
            .collect();
        while held(&store.jobs).len() < jobs as usize {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(busy);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    #[test]
    fn those_who_wait_share_one_commit_and_one_failure_is_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let commits = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&commits);
        let hook = move || counted.fetch_add(1, Ordering::SeqCst) == u32::MAX;
        held(&store.writer).sqlite().unwrap().commit_hook(Some(hook)).unwrap();
        let told = gathered(&store, 8, |transaction, number| {
            transaction.execute("INSERT INTO noted (n) VALUES (?1)", [number])?;
            if number == 3 { Err(HubError::Corrupt("a job")) } else { Ok(number) }
        });
        let well = told.iter().flatten().copied().collect::<Vec<_>>();
        assert_eq!(well, [0, 1, 2, 4, 5, 6, 7]);
        assert!(matches!(told[3], Err(HubError::Corrupt("a job"))));
        assert_eq!((count(&store), commits.load(Ordering::SeqCst)), (7, 1));
    }

    #[test]
    fn nobody_hears_of_success_when_the_commit_fails() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        held(&store.writer).sqlite().unwrap().commit_hook(Some(|| true)).unwrap();
        let told = gathered(&store, 4, |transaction, number| {
            Ok(transaction.execute("INSERT INTO noted (n) VALUES (?1)", [number])? as u32)
        });
        assert!(told.iter().all(Result::is_err), "{told:?}");
        held(&store.writer).sqlite().unwrap().commit_hook(None::<fn() -> bool>).unwrap();
        assert_eq!(count(&store), 0);
    }

    #[test]
    fn a_disk_that_fills_up_under_one_job_leaves_no_half_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        held(&store.writer).query_row("PRAGMA max_page_count = 1", [], |_| Ok(())).unwrap();
        let told = gathered(&store, 6, |transaction, number| {
            let bytes = if number == 2 { 1 << 20 } else { 1 };
            let sql = "INSERT INTO noted (n, x) VALUES (?1, zeroblob(?2))";
            Ok(transaction.execute(sql, crate::store::sql::params![number, bytes])? as u32)
        });
        assert!(told[2].is_err());
        assert_eq!(
            count(&store) as usize,
            told.iter().filter(|told| told.is_ok()).count(),
            "what was told is what is there"
        );
    }
}
