"""OLX Autos: cars, motorcycles and trucks, imported in batches and decided later.

Reference: the repository "ad_integration" of OLX Brasil (oauth, import, publishing_status,
published_ads, autos; 2020) and the pages of developers.olx.com.br (`v1/published`, `balance`); what
was only seen in later use is marked "seen" where it stands.

What the document leaves open, and how it is read here:

- Nobody says how long an access token lives and nothing renews it: one that is refused (401, 403)
  means that the dealer connects again.
- `ads_status` is asked with one status at a time, since nobody says how several are written.
- A row of the lists is known by `id` (ours) and `list_id`; everything else in it may be missing.
- The sentence of -7 and -8 is searched for numbers and for our ids; what cannot be found there is
  found out by asking.
- Names of brand, model and version are demanded of cars and motorcycles, which the document does
  not do: without them nobody finds the ad. All other names are left out if there is none.
- The meaning of the numbers of `mototype`, `trucktype`, `moto_features` and `truck_features` is
  not written anywhere, so none is sent; the colour, fuel and gearbox of a motorcycle have no
  parameter. Trucks have no names at all, only year and mileage.
- An ad that has expired is as good as gone: it is inserted again.
- Only one environment is documented beside our own: the real one.
"""
