"""The pages: what people see of a plan, in Chinese and English, without a request that leaves the machine."""

PLAN_VARIABLE = "SHANFU_PLAN"
LANGUAGE_VARIABLE = "SHANFU_LANG"
PARENT_VARIABLE = "SHANFU_SERVER_PARENT"
