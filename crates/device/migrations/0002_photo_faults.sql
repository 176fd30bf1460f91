-- What the phone found fault with when a photo was taken, a JSON array of PhotoFault keys; [] = nothing.
ALTER TABLE photo ADD COLUMN faults TEXT NOT NULL DEFAULT '[]';
