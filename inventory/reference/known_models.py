"""Names that rules cannot find: makes as people say them and models of more than one word.

FIPE writes brand, model and version in its own abbreviated way. The rules of `fipe_names` take the
first word (and what clearly belongs to it) as the model; this module lists what they cannot know.
"""

from __future__ import annotations

BRANDS: dict[str, str] = {
    "gm - chevrolet": "Chevrolet",
    "vw - volkswagen": "Volkswagen",
    "kia motors": "Kia",
    "asia motors": "Asia",
    "am gen": "Hummer",
    "cbt jipe": "CBT",
    "caoa chery": "Chery",
    "caoa chery/chery": "Chery",
    "caoa changan": "Changan",
    "mclaren": "McLaren",
    "ssangyong": "SsangYong",
    "mini": "MINI",
    "ram": "RAM",
    "jac": "JAC",
    "gac": "GAC",
    "tac": "TAC",
    "man": "MAN",
    "smart": "Smart",
    "dfsk": "DFSK",
    "great wall": "Great Wall",
    "bycristo": "byCristo",
    "lon-v": "Lon-V",
    "l'aquila": "L'Aquila",
    "motomorini": "Moto Morini",
}

# Other names of the trade for a brand; both sides folded.
BRAND_ALIASES: dict[str, str] = {
    "gm": "chevrolet",
    "gm chevrolet": "chevrolet",
    "chevrolet gm": "chevrolet",
    "vw": "volkswagen",
    "volks": "volkswagen",
    "vw volkswagen": "volkswagen",
    "mercedes": "mercedes-benz",
    "mercedes benz": "mercedes-benz",
    "mb": "mercedes-benz",
    "land-rover": "land rover",
    "landrover": "land rover",
    "range rover": "land rover",
    "chrysler jeep": "jeep",
    "harley": "harley-davidson",
    "harley davidson": "harley-davidson",
    "rolls royce": "rolls-royce",
    "alfa": "alfa romeo",
    "mini cooper": "mini",
    "saab scania": "saab-scania",
    "man latin america": "volkswagen",
    "iveco fiat": "iveco",
    "caoa": "chery",
}

# Per brand (folded): "words as FIPE writes them" or "words as FIPE writes them=Name", separated by
# semicolons. Words are compared folded, without hyphens; the longest entry wins. "=Name/1" leaves
# all but the first word to the version (GLS Full).
CAR_MODELS: dict[str, str] = {
    "agrale": "marrua=Marruá",
    "asia": "jipe rocsta=Rocsta",
    "audi": "rs q3;rs q8;rs etron=RS e-tron;etron gt=e-tron GT;etron=e-tron;q6 etron=Q6 e-tron;"
    "q8 etron=Q8 e-tron;avant rs2=RS2;ttrs=TTRS",
    "bmw": "m roadster=Z3",
    "byd": "dolphin mini;dolphin plus;dolphin;song plus;song pro;yuan plus;yuan pro;atto 8;et3=eT3",
    "chery": "icar eq1=iCar",
    "chevrolet": "s10 blazer=Blazer;blazer s10=Blazer;blazer ss10=Blazer;"
    "blazer ev=Blazer EV;brasinca blazer=Brasinca;ss10=S10;s10;corsa sed classic=Classic;"
    "corsa sedan classic=Classic;silverado grand blazer=Grand Blazer;chevy 500;"
    "silverado d20=Silverado;cheynne=Cheyenne;a10=A10;a20=A20;c10=C10;c20=C20;d10=D10;d20=D20;"
    "saturn sl=Saturn;equinox ev=Equinox EV;captiva ev=Captiva EV;spark euv=Spark",
    "chrysler": "300 c;300 m;pt cruiser;grand caravan;le baron=Le Baron;"
    "town & country=Town & Country",
    "citroen": "c4 pallas;c4 pal=C4 Pallas;c4 lounge;c4 cactus;c4 picasso;grand c4 picasso;"
    "c3 picasso;xsara picasso;aircross7=Aircross/0;e jumpy=ë-Jumpy;ejumpy=ë-Jumpy",
    "daewoo": "super salon",
    "daihatsu": "gran move;move van=Move",
    "dodge": "dakota durango=Durango",
    "effa": "m100=M100",
    "ferrari": "f458 italia=458 Italia;f458 spider=458 Spider;f458 speciale=458 Speciale;"
    "458 speciale;f430=F430;gtc4 lusso;360 modena;12cilinrdri=12Cilindri;612 scaglietti",
    "fiat": "grand siena;ducato10=Ducato/0;ducato15=Ducato/0;ducato8=Ducato/0;escudo=E-Scudo",
    "ford": "bronco sport;crown victoria;del rey;club wagon;corcel ii;mustang mache=Mustang Mach-E;"
    "ka+=Ka +;aerostar mini van=Aerostar;aerostar minivan=Aerostar",
    "foton": "aumark s=Aumark S",
    "gac": "aion es;aion v;aion y;hyptec ht",
    "great wall": "hover cuv=Hover CUV",
    "hitech electric": "e co=e.co;e cocargo=e.co;e cotruck=e.co",
    "gwm": "haval h6;haval h9;ora 03;poer p30;tank 300;wey 07",
    "hafei": "towner jr=Towner Jr",
    "honda": "civic crx=CRX",
    "hyundai": "grand santa fe=Grand Santa Fé;santa fe=Santa Fé;h1 starex=H1 Starex;"
    "h100 porter=Porter;atos prime;i30cw=i30 CW;veracruz=Vera Cruz;ioniq 5=Ioniq 5;"
    "coupe fx=Coupé;cupe=Coupé",
    "jac": "t 140=T140;hunter",
    "jaguar": "xj12=XJ12;xj6=XJ6;xj8=XJ8;xk8=XK8;daimler lwb=Daimler",
    "jeep": "grand cherokee",
    "jpx": "jipe montez=Montez;picape montez=Montez",
    "kia": "grand carnival;cerato koup=Cerato Koup;niro",
    "lamborghini": "huracan=Huracán",
    "land rover": "range rover evoque;range r evoque=Range Rover Evoque;"
    "range r evoq=Range Rover Evoque;range r evo=Range Rover Evoque;"
    "range rover sport;range r sport=Range Rover Sport;range r sp=Range Rover Sport;"
    "range rover velar;range r velar=Range Rover Velar;range r vel=Range Rover Velar;"
    "range r ve=Range Rover Velar;range rover vogue;range r vogue=Range Rover Vogue;"
    "new range/range rover vogue=Range Rover Vogue;new range range rover vogue=Range Rover Vogue;"
    "range rover;range r=Range Rover;discovery sport;"
    "discovery sp=Discovery Sport;discov sp=Discovery Sport;disc sp=Discovery Sport;"
    "discov=Discovery;discovery3=Discovery 3;discovery4=Discovery 4;freelander2=Freelander 2;"
    "def=Defender;defe=Defender",
    "mahindra": "pikup=Pik-Up",
    "maserati": "gran turismo=GranTurismo;3200 gt",
    "mazda": "rx 7=RX-7;b2500=B2500;mpv minivan=MPV",
    "mercedes-benz": "sprin=Sprinter",
    "mini": "cooper countryman=Countryman;cooper country=Countryman;cooper paceman=Paceman;"
    "cooper s clubman=Clubman/1;cooper clubman=Clubman;cooper john works aceman=Aceman/1;"
    "cooper john works=John Cooper Works;cooper john w=John Cooper Works;"
    "cooper cabrio john works=John Cooper Works/1;cooper coupe john works=John Cooper Works/1;"
    "cooper roadster john works=John Cooper Works/1",
    "mitsubishi": "l200 triton;l200 tri=L200 Triton;l200 trit=L200 Triton;l200 t=L200 Triton;"
    "pajero full;pajero gls full=Pajero Full/1;"
    "pajero hpe full=Pajero Full/1;pajero gls hpe hpe full=Pajero Full/1;"
    "pajero sport;pajero tr4=Pajero TR4;pajero io=Pajero iO;"
    "pajero dakar=Pajero Dakar;eclipse cross;space wagon;3000 gt;outlander sport;"
    "outlander sp=Outlander Sport;asxs=ASX/0",
    "nissan": "livina grand=Grand Livina;king cab=King Cab;kingcab=King Cab;zx 300=300 ZX;"
    "sx 240=240 SX;d21=D21;pickup=Pick-Up;nx 2000=NX",
    "porsche": "cayene=Cayenne",
    "renault": "duster oroch;scenic grand=Grand Scénic;megane etech=Megane E-Tech",
    "ssangyong": "actyon sports;actyon sp=Actyon Sports",
    "subaru": "impreza xv=XV",
    "suzuki": "grand vitara;sx4 scross=S-Cross;super carry;wagon r+=Wagon R+",
    "toyota": "hilux sw4=Hilux SW4;corolla fielder=Fielder;corolla cross;yaris cross;land cruiser;"
    "land cruiser prado;band=Bandeirante",
    "troller": "t4 tx4=TX4;t4=T4",
    "volkswagen": "new beetle;passat cc=Passat CC;delivery express+=Delivery Express;"
    "delivery express;grand saveiro;up!=Up;van=Van",
}

# Motorcycles: nicknames that belong to the model though they stand behind its number.
MOTORCYCLE_NICKNAMES: frozenset[str] = frozenset(
    [
        "africa",
        "aerox",
        "bagger",
        "bandit",
        "bros",
        "burgman",
        "crosser",
        "crosstourer",
        "dominator",
        "duke",
        "elefant",
        "falcon",
        "fazer",
        "fireblade",
        "fourtrax",
        "hayabusa",
        "hornet",
        "king",
        "lander",
        "magna",
        "marauder",
        "mirage",
        "ninja",
        "sahara",
        "shadow",
        "spacy",
        "star",
        "strada",
        "super",
        "tenere",
        "thunderace",
        "thundercat",
        "tornado",
        "transalp",
        "twin",
        "twister",
        "varadero",
        "virago",
        "vstrom",
        "yes",
    ]
)
# Letters that belong to a motorcycle's number (R 1200 GS, CBR 600 RR), unlike equipment (ES, KS).
MOTORCYCLE_SUFFIXES: frozenset[str] = frozenset(
    ["f", "gs", "gt", "gtl", "l", "lt", "n", "r", "rr", "rs", "rt", "rx", "s", "x", "xr", "z"]
)

# Per brand: motorcycle models that carry no number, or whose number is not in the second place.
MOTORCYCLE_MODELS: dict[str, str] = {
    "brp": "can-am commander;can-am ds 250;can-am ds 90;can-am defender;"
    "can-am defen=Can-Am Defender;"
    "can-am maverick;can-am maver=Can-Am Maverick;can-am outlander;"
    "can-am oultland=Can-Am Outlander;can-am spyder",
    "harley-davidson": "cvo breakout=CVO Breakout;cvo limited=CVO Limited;"
    "cvo road glide=CVO Road Glide;cvo road limited=CVO Road Limited;"
    "cvo street glide=CVO Street Glide;cvo ultra=CVO Ultra;dyna convertible;"
    "dyna low rider;dyna super glide;dyna wide glide;"
    "eg road king=Road King;electra glide;fat bob;fat boy;flhtcu ultra glide=Ultra Glide;"
    "heritage classic;heritage softail;heritage springer;heritage custom;low rider;night rod;"
    "night train;pan america 1250=Pan America 1250;road glide;road king;softail breakout;"
    "softail classic;softail custom;softail deluxe;softail low rider;softail slim;"
    "softail sport glide;softail springer;springer;street bob;street glide;street rod;"
    "ultra limited;vrod=V-Rod",
    "indian": "chief classic;chief dark horse;chief vintage;chieftain dark horse;scout bobber",
    "bmw": "r 1200 nine t=R Nine T;r 12=R 12",
    "triumph": "bonneville bobber;bonneville speedmaster;street cup;street scrambler;street twin;"
    "rocket iii",
    "royal enfield": "super meteor 650;interceptor;continental gt;classic;bullet 500;himalayan",
    "ducati": "desert x;super sport;hypermotard",
    "polaris": "rzr=RZR;general;ranger;sportsman;xvr xpedition=XVR Xpedition",
    "honda": "gold wing;super hawk;america classic;xadv=X-ADV;ctx 700n=CTX 700N",
    "yamaha": "bw s 50=BW S 50;royal star;nmax=NMAX;xmax=XMAX;aerox;fluo;neo;neos",
    "vespa": "primavera;sprint;gts=GTS;gtv=GTV",
    "piaggio": "vespa classic;vespa club;vespa gts=Vespa GTS;vespa lx;vespa primavera;vespa px;"
    "vespa sprint",
}

# Trucks: series of more than one word.
TRUCK_MODELS: dict[str, str] = {
    "iveco": "stralis hiway;stralis hiroad;stralis hd;stralis nr",
    "marcopolo": "volare attack 8;volare att 8=Volare Attack 8;volare attack 9;volare fly 9;"
    "volare fly 10;volare",
    "neobus": "thunder",
    "mascarello": "gran micro;gran mini",
}
