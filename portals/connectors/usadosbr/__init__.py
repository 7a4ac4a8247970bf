"""Usadosbr / Moto.com.br: one portal, one account, cars and motorcycles.

Reference: "API de Estoque - Usadosbr/Moto.com.br". What its users must know:

- Test lives at https://api.usadosbr.dev/api, production at https://api.usadosbr.com (no /api).
- One address per type (/carros, /motos); what is to be done is said in the body (`Operacao`).
- Everything from the catalogue is sent by exact name, there are no ids. Names go percent-encoded
  into the catalogue's paths, slashes included.
- The bodies of nearly all answers are undocumented: `reading.py` takes the usual Laravel shapes and
  the plausible others, and never reads an answer it does not understand as "there is no ad".
- A 200 is not yet live: the status must be read. A 200 may also say that the ad was reduced
  (`notices.py`): photos, highlight, text.
- Pausing is `Status: Inativo` in the same request. 400 on `Apagar` means already gone.
- Cars have Porta and Blindagem, motorcycles have Cilindrada.
"""
