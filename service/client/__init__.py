"""A client of the service, which needs nothing of the server: ``pip install 'gouji[client]'``.

::

    with Client("http://127.0.0.1:8420") as gouji:
        job = gouji.wait(gouji.upload("各乡镇.zip")["id"])
        for figure in gouji.figures(project_type="road", period="2015"):
            print(figure["document"], figure["base_value"], figure["base_unit"])

What the service answers comes as it stands in ``docs/service.md``, with every amount as a ``Decimal``.
"""

from service.client.api import CheckQuestion, Client, FigureQuestion, ProjectQuestion
from service.client.connection import File, Listing, Row, ServiceError

__all__ = ["CheckQuestion", "Client", "FigureQuestion", "File", "Listing", "ProjectQuestion", "Row", "ServiceError"]
