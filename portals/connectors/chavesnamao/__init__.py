"""Chaves na Mão: cars and motorcycles, one integration token for each dealer.

Reference: "Chaves na Mão, Vehicle API v2". What its users must know:

- The dealer's integration token buys a JWT of a day (`GET /clients/jwt`).
- Vehicles are known by our `reference` alone, which is therefore our `remote_id` too. POST makes
  one and publishes it where the plan has room, PUT replaces it whole, DELETE takes it away.
- Being shown is a thing of its own (`/publications/:reference`): unpublishing keeps the vehicle and
  frees its slot, which is how an ad is paused. A highlight is a mark on the publication.
- Every write answers 202 and waits in a queue that is worked off in order of arrival, for up to 45
  minutes. The header `x-status-queue` tells the jobs; reads of publications may lag 20 minutes.
  `queue.py` reads the header, `reading.py` decides whether a read already tells of our last write.
- Not documented, and so taken in every likely shape: the bodies of 400 and 422, whose jobs the
  header lists and whether reads have it, its time ("number, UTC-3" in the table, an ISO text in the
  sample), whether lists are bare or in the page's envelope, which status a publication call has for
  a vehicle that is not published, the limit of requests.
- The portal has no plain white: METALLIC_WHITE is offered as "Branco" so that white cars find it.
- No field for armour, single owner, trade: other infos are ids ("seller options") and are offered
  as optionals, as accessories are.
"""
