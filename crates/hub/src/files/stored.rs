//! A file in the database, read and written like one on a disk.

use crate::error::HubError;
use crate::hub::Hub;
use crate::store::file::{self, FileRow};
use sha2::{Digest as _, Sha256};
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom, Write};

/// Bytes of a piece: one is in memory at a time, and one write keeps no phone waiting.
pub const PIECE: usize = 256 << 10;

/// A name for a file, an import or an export, of so many random bytes.
pub fn name<const N: usize>(hub: &Hub) -> Result<String, HubError> {
    Ok(hex::encode(hub.context.random::<N>()?))
}

/// Takes a file in, piece by piece.
pub struct Writing<'a> {
    hub: &'a Hub,
    id: String,
    piece: Vec<u8>,
    number: u32,
    bytes: u64,
    hash: Sha256,
}

impl<'a> Writing<'a> {
    /// Begins a file.
    pub fn begin(hub: &'a Hub) -> Result<Self, HubError> {
        let id = name::<16>(hub)?;
        let now = hub.context.now().as_millisecond();
        hub.store.write::<_, HubError>(|transaction| Ok(file::begin(transaction, &id, now)?))?;
        Ok(Self { hub, id, piece: Vec::with_capacity(PIECE), number: 0, bytes: 0, hash: Sha256::new() })
    }

    fn put(&mut self) -> Result<(), HubError> {
        let (id, number, piece) = (&self.id, self.number, &self.piece);
        self.hub.store.write::<_, HubError>(|transaction| Ok(file::put_piece(transaction, id, number, piece)?))?;
        self.hash.update(&self.piece);
        self.bytes += self.piece.len() as u64;
        self.number += 1;
        self.piece.clear();
        Ok(())
    }

    /// The file is whole.
    pub fn finish(mut self) -> Result<FileRow, HubError> {
        if !self.piece.is_empty() {
            self.put()?;
        }
        let row = FileRow { id: self.id, bytes: self.bytes, sha256: hex::encode(self.hash.finalize()) };
        self.hub.store.write::<_, HubError>(|transaction| Ok(file::finish(transaction, &row)?))?;
        Ok(row)
    }
}

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.put().map_err(Error::other)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A file that is read, from anywhere in it.
pub struct Reading<'a> {
    hub: &'a Hub,
    row: FileRow,
    at: u64,
    piece: Option<(u64, Vec<u8>)>,
}

impl<'a> Reading<'a> {
    /// Opens a whole file.
    pub fn open(hub: &'a Hub, id: &str) -> Result<Self, HubError> {
        let row = hub.store.read::<_, HubError>(|connection| Ok(file::get(connection, id)?))?;
        let row = row.ok_or(HubError::Corrupt("a file that an import or export names"))?;
        Ok(Self { hub, row, at: 0, piece: None })
    }
}

impl Read for Reading<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at >= self.row.bytes || out.is_empty() {
            return Ok(0);
        }
        let number = self.at / PIECE as u64;
        if self.piece.as_ref().is_none_or(|(held, _)| *held != number) {
            let index = u32::try_from(number).map_err(Error::other)?;
            let found = self
                .hub
                .store
                .read::<_, HubError>(|connection| Ok(file::piece(connection, &self.row.id, index)?))
                .map_err(Error::other)?;
            self.piece = Some((number, found.ok_or(ErrorKind::UnexpectedEof)?));
        }
        let Some((_, bytes)) = &self.piece else { return Ok(0) };
        let from = usize::try_from(self.at % PIECE as u64).unwrap_or(0);
        let rest = bytes.get(from..).unwrap_or_default();
        let taken = rest.len().min(out.len());
        out[..taken].copy_from_slice(&rest[..taken]);
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for Reading<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.row.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
