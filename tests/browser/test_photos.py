"""Photos in Chromium: sent one by one with progress and second tries, dragged, turned, put back."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from inventory.models import PhotoBlob, Vehicle, VehiclePhoto
from inventory.models.photo import originals_storage
from inventory.services.rendering import render_blob
from tests.browser.waiting import wait_until
from tests.factories.inventory import PhotoBlobFactory, VehicleFactory, VehiclePhotoFactory
from tests.factories.portals import PortalAccessFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
LETTER = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}


@pytest.fixture
def vehicle() -> Vehicle:
    """A vehicle of a dealer who has a portal."""
    return VehicleFactory(dealer=PortalAccessFactory().dealer)


def picture(colour: str, name: str = "") -> dict[str, Any]:
    """Return a file for an upload field."""
    file = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "JPEG")
    return {"name": name or f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def place(vehicle: Vehicle, *colours: str) -> list[int]:
    """Put ready photos on a vehicle, originals and all; return their ids in order."""
    ids = []
    for position, colour in enumerate(colours):
        blob = PhotoBlobFactory(dealer=vehicle.dealer, state="pending", large=None, small=None)
        data = io.BytesIO(picture(colour)["buffer"])
        blob.original = originals_storage().save(f"{blob.sha256[:20]}.jpeg", data)
        blob.save()
        render_blob(blob.pk)
        photo = VehiclePhotoFactory(vehicle=vehicle, blob=blob, position=position)
        ids.append(photo.pk)
    return ids


def shown(page: Page) -> list[int]:
    """Return the ids of the photos in the order of the page."""
    return [int(each.get_attribute("data-photo") or 0) for each in page.locator(".photo").all()]


def stored(vehicle: Vehicle) -> list[int]:
    """Return the ids of the photos in the order of the table."""
    return list(VehiclePhoto.objects.filter(vehicle=vehicle).values_list("pk", flat=True))


def render_all() -> None:
    """Do what the worker does."""
    for pk in PhotoBlob.objects.filter(state="pending").values_list("pk", flat=True):
        render_blob(pk)


def test_many_are_sent_one_by_one_and_a_bad_one_stops_nobody(open_page, vehicle):
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")
    letter = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"wheels"}

    page.get_by_label("Add photos").set_input_files(
        [picture("red"), LETTER, picture("green"), letter, picture("blue"), picture("red", "b.jpg")]
    )

    expect(page.get_by_text("4 of 6 sent, 2 failed")).to_be_visible()
    bad = page.locator(".upload-file", has_text="letter.jpg")
    expect(bad.get_by_text("This is not a photo.")).to_be_visible()
    expect(bad.get_by_role("button")).to_be_hidden()  # trying again would not help
    expect(
        page.locator(".upload-file", has_text="b.jpg").get_by_text("Already there")
    ).to_be_visible()
    expect(page.locator(".photo")).to_have_count(3)
    expect(page.get_by_text("3 being processed")).to_be_visible()
    assert len(stored(vehicle)) == 3

    render_all()
    expect(page.locator(".photo img")).to_have_count(3)
    expect(page.locator("#_album[hx-get]")).to_have_count(0)  # nothing is asked for any more
    expect(page.get_by_text(re.compile("3 photos are too small for "))).to_be_visible()


def test_what_failed_is_tried_again_and_the_rest_is_safe(open_page, vehicle):
    page = open_page(vehicle.dealer, expects="503")
    page.goto(f"/stock/{vehicle.pk}/")
    refused: list[str] = []

    def once(route: Route) -> None:
        name = re.search(
            r'filename="(.*?)"', (route.request.post_data_buffer or b"").decode("latin1")
        )
        if name and name[1] in ("red.jpg", "blue.jpg") and name[1] not in refused:
            refused.append(name[1])
            route.fulfill(status=503, body="busy")
        else:
            route.continue_()

    page.route("**/photos/upload/", once)
    page.get_by_label("Add photos").set_input_files([picture(x) for x in ("red", "green", "blue")])

    expect(page.get_by_text("1 of 3 sent, 2 failed")).to_be_visible()
    red = page.locator(".upload-file", has_text="red.jpg")
    expect(red.get_by_text("The server did not take it.")).to_be_visible()
    expect(page.get_by_role("button", name="Try the failed ones again")).to_be_visible()
    red.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("2 of 3 sent, 1 failed")).to_be_visible()
    page.locator(".upload-file", has_text="blue.jpg").get_by_role("button").click()
    expect(page.get_by_text("3 of 3 sent")).to_be_visible()
    expect(page.locator(".photo")).to_have_count(3)


def test_a_session_that_ended_is_told_and_going_on_after_it_works(open_page, vehicle):
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")

    page.get_by_label("Add photos").set_input_files([picture("red")])

    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.context.add_cookies(kept)
    page.get_by_role("button", name="Try again", exact=True).click()
    expect(page.get_by_text("1 of 1 sent")).to_be_visible()


def test_at_most_two_travel_at_once_and_leaving_meanwhile_is_warned_of(open_page, vehicle):
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if free:
            route.continue_()
        else:
            held.append(route)

    free: list[bool] = []
    page.route("**/photos/upload/", hold)
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    page.get_by_label("Add photos").set_input_files([picture(x) for x in ("red", "green", "blue")])
    expect(page.locator(".upload-file[data-state=sending]")).to_have_count(2)
    expect(page.locator(".upload-file[data-state=waiting]")).to_have_count(1)
    expect(page.get_by_text("0 of 3 sent")).to_be_visible()
    page.mouse.click(5, 400)  # browsers ask only whom has touched the page
    page.evaluate("window.location.href = '/board/'")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]

    free.append(True)
    for route in held:
        route.continue_()
    expect(page.get_by_text("3 of 3 sent")).to_be_visible()
    page.goto("/board/")  # nothing is asked now
    assert asked == ["beforeunload"]


def test_a_slow_network_shows_how_far_a_file_is(open_page, vehicle):
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 50, "downloadThroughput": -1, "uploadThroughput": 60_000}
    network.send("Network.emulateNetworkConditions", slow)
    file = io.BytesIO()
    Image.effect_noise((500, 400), 90).save(file, "JPEG", quality=95)
    large = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}

    page.get_by_label("Add photos").set_input_files([large])

    between = "bar => bar.value > 0 && bar.value < 100"
    bar = page.get_by_role("progressbar", name="large.jpg")
    wait_until(page, lambda: bar.evaluate(between))
    expect(page.get_by_text("1 of 1 sent")).to_be_visible(timeout=30_000)


def test_buttons_move_photos_and_keep_the_focus(open_page, vehicle):
    a, b, c = place(vehicle, "red", "green", "blue")
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")

    page.get_by_role("button", name="Move photo 1 later").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#photos-said")).to_have_text("The photo is number 2 of 3 now.")
    assert shown(page) == [b, a, c]
    expect(page.locator(f"#photo-{a}-down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#photos-said")).to_have_text("The photo is number 3 of 3 now.")
    expect(page.locator(f"#photo-{a}-down")).to_be_focused()  # at rest now, but still there
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make photo 2 the cover").click()
    expect(page.locator(".photo").first).to_have_attribute("data-photo", str(c))
    expect(page.locator(f"#photo-{c}-cover")).to_be_focused()

    assert stored(vehicle) == [c, b, a]


def test_a_button_pressed_the_moment_it_appears_does_not_leave_the_page(open_page, vehicle):
    a, b, c = place(vehicle, "red", "green", "blue")
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")
    page.evaluate(
        """id => document.addEventListener("htmx:afterSwap", (event) => {
             if (event.detail.target.id !== "_album" || window.stayed) { return; }
             window.stayed = true;
             setTimeout(() => document.getElementById(id).click());
           })""",
        f"photo-{a}-down",
    )

    page.get_by_role("button", name="Move photo 1 later").click()

    expect(page.locator("#photos-said")).to_have_text("The photo is number 3 of 3 now.")
    assert page.evaluate("window.stayed")
    assert stored(vehicle) == [b, c, a]


def test_photos_are_dragged_into_order(open_page, vehicle):
    a, b, c = place(vehicle, "red", "green", "blue")
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")

    with page.expect_response("**/photos/arrange/"):
        page.locator(f"#photo-{c} img").drag_to(page.locator(f"#photo-{a} img"))
    expect(page.locator(".photo").first).to_have_attribute("data-photo", str(c))
    assert stored(vehicle) == [c, a, b]
    assert len(page.context.pages) == 1  # the end of a drag is no click on the picture

    grip = page.locator(f"#photo-{b} .photo-grip").bounding_box()
    first = page.locator(f"#photo-{c} img").bounding_box()
    assert grip
    assert first
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 60, steps=5)
    assert shown(page)[0] == b
    page.keyboard.press("Escape")
    page.mouse.up()
    assert shown(page) == stored(vehicle) == [c, a, b]


def test_a_finger_moves_photos_by_the_grip(open_page, vehicle):
    a, b, c = place(vehicle, "red", "green", "blue")
    page = open_page(vehicle.dealer, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/stock/{vehicle.pk}/")
    page.locator(f"#photo-{a}").scroll_into_view_if_needed()
    grip = page.locator(f"#photo-{c} .photo-grip").bounding_box()
    goal = page.locator(f"#photo-{a} img").bounding_box()
    assert grip
    assert goal
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    start, end = (grip["x"] + 9, grip["y"] + 9), (goal["x"] + 40, goal["y"] + 30)
    with page.expect_response("**/photos/arrange/"):
        send("touchStart", start)
        for part in (0.3, 0.6, 1):
            send("touchMove", tuple(s + (e - s) * part for s, e in zip(start, end, strict=True)))
        send("touchEnd")

    expect(page.locator(".photo").first).to_have_attribute("data-photo", str(c))
    assert stored(vehicle) == [c, a, b]
    expect(page.get_by_text("Take a photo")).to_be_visible()
    expect(page.locator("#camera-input")).to_have_attribute("capture", "environment")


def test_a_photo_is_turned_and_the_new_one_arrives_by_itself(open_page, vehicle):
    (photo,) = place(vehicle, "red")
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")
    before = page.locator(".photo img").get_attribute("src")

    page.get_by_role("button", name="Turn photo 1 to the right").click()
    expect(page.get_by_text("Turning…")).to_be_visible()
    expect(page.locator(".photo img")).to_have_attribute("src", before or "")
    render_all()

    expect(page.locator(".photo img")).to_have_attribute("width", "60")
    expect(page.locator(".photo img")).not_to_have_attribute("src", before or "")
    expect(page.locator(f"#photo-{photo}-right")).to_be_focused()


def test_a_removed_photo_is_put_back(open_page, vehicle):
    a, b = place(vehicle, "red", "green")
    page = open_page(vehicle.dealer)
    page.goto(f"/stock/{vehicle.pk}/")

    page.get_by_role("button", name="Remove photo 1").click()
    expect(page.locator(".photo")).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert stored(vehicle) == [b]
    page.keyboard.press("Enter")

    expect(page.locator(".photo")).to_have_count(2)
    assert stored(vehicle)[1] == b
    assert a not in stored(vehicle)  # a new place for the same picture


def test_everything_works_without_script(open_page, vehicle, tmp_path: Path):
    a, b = place(vehicle, "red", "green")
    page = open_page(vehicle.dealer, java_script_enabled=False)
    page.goto(f"/stock/{vehicle.pk}/")

    page.get_by_label("Add photos").set_input_files([picture("blue"), LETTER, picture("white")])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("2 photos were added.")).to_be_visible()
    expect(page.get_by_text("letter.jpg: This is not a photo.")).to_be_visible()
    page.get_by_role("button", name="Make photo 2 the cover").click()
    assert stored(vehicle)[:2] == [b, a]
    page.get_by_role("button", name="Turn photo 1 to the left").click()
    expect(page.get_by_text("The photo is being turned.")).to_be_visible()
    page.get_by_role("button", name="Remove photo 2").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The photo is back.")).to_be_visible()
    page.get_by_role("link", name="What the portals ask of photos").click()
    expect(page.get_by_text("at least 760")).to_be_visible()

    assert len(stored(vehicle)) == 4
