# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with each of FOLDER/documents.json by FOLDER/schema.json: lines and nulls in FOLDER/verdicts.json."""

import json
import sys
from pathlib import Path

from jsonschema import Draft7Validator

folder = Path(sys.argv[1])
schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
documents = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
errors = [next(validator.iter_errors(document), None) for document in documents]
verdicts = [error and f"{error.json_path}: {error.message}"[:300] for error in errors]
(folder / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")
