"""The same boards read by BrainFlow: argv are their ports. Prints the share of one core and the samples."""

import json
import sys
import time

from brainflow.board_shim import BoardIds, BoardShim, BrainFlowInputParams

SETTLE_SECONDS = 3
MEASURED_SECONDS = 15


def main():
    BoardShim.disable_board_logger()
    boards = []
    for port in sys.argv[1:]:
        params = BrainFlowInputParams()
        params.serial_port = port
        board = BoardShim(BoardIds.CYTON_BOARD, params)
        board.prepare_session()
        boards.append(board)
    for board in boards:
        board.start_stream(45000)
    time.sleep(SETTLE_SECONDS)
    for board in boards:
        board.get_board_data()
    used, at = time.process_time(), time.monotonic()
    time.sleep(MEASURED_SECONDS)
    percent = 100 * (time.process_time() - used) / (time.monotonic() - at)
    samples = sum(board.get_board_data().shape[1] for board in boards)
    print(json.dumps({"percent": percent, "samples": samples}), flush=True)
    for board in boards:
        board.stop_stream()
        board.release_session()


main()
