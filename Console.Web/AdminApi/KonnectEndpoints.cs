using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;

namespace ConsoleWeb.AdminApi;

/// <summary>
/// Konnect's management API as far as decK, the tutorials and the quickstart need it. There is one control plane, whose entities are those
/// of the Admin API.
/// </summary>
internal sealed class KonnectEndpoints(ControlPlane plane, NodeIdentity node)
{
    private const int MaxNameLength = 256;

    private const string PlaneShape = "id:uuid name description labels:object config:object created_at:moment updated_at:moment";

    private const string OrganizationShape = "id:uuid name state created_at:moment updated_at:moment";

    public void Map(AdminRouteTable table)
    {
        const string one = "/v2/control-planes/{id}";
        table.Get("/v2/control-planes", c => Task.FromResult(List(c.Request)), Says("List control planes", null) with
        {
            Query =
                [
                    new("page[size]", Shapes.Number(1, 1000, 10), "Most entries of the page."), new("page[number]", Shapes.Integer, "The page, from 1."),
                    new("filter[name][eq]", Shapes.Text, "Only the one with this name."), new("filter[name][contains]", Shapes.Text, "Only those whose name has this text."),
                    new("filter[id][eq]", Shapes.Text, "Only the one with this id."), new("labels", Shapes.Text, "Only those with these labels: a:b,c."),
                ],
            Answer = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["data"] = Shapes.Array(Shapes.Object(PlaneShape)), ["meta"] = Shapes.Free } },
            Refusals = [StatusCodes.Status400BadRequest],
        })
            .Post("/v2/control-planes", CreateAsync, Says("Create a control plane", null) with
            {
                Description = "Refused: this installation has the one that it has. A second one of its name is a conflict, as in Konnect.",
                Body = Shapes.Object("name description? labels:object?"),
                Status = StatusCodes.Status403Forbidden,
                Answer = Shapes.Ref("Problem"),
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict],
            })
            .Get(one, c => Task.FromResult<IResult>(Is(c) ? Plane(StatusCodes.Status200OK) : KonnectErrors.NotFound()), Says("Read a control plane", PlaneShape) with { Refusals = [StatusCodes.Status404NotFound] })
            .Map(HttpMethods.Patch, one, UpdateAsync, Says("Change a control plane", PlaneShape) with
            {
                Body = Shapes.Object("name? description? labels:object?"),
                Example = new JsonObject { ["name"] = "quickstart" },
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound],
            })
            .Map(HttpMethods.Delete, one, c => Task.FromResult<IResult>(Is(c)
                ? KonnectErrors.Problem(StatusCodes.Status403Forbidden, "Forbidden", "the only control plane cannot be deleted; 'deck gateway reset' empties it")
                : KonnectErrors.NotFound()), Says("Refuse to delete a control plane", null) with
                {
                    Status = StatusCodes.Status403Forbidden,
                    Answer = Shapes.Ref("Problem"),
                    Refusals = [StatusCodes.Status404NotFound],
                })
            .Get("/konnect-api/api/runtime_groups", c => Task.FromResult<IResult>(RuntimeGroups(c.Request)), Says("List control planes by their older name", "data:object[] page:integer pageCount:integer") with
            {
                Query = [new("page", Shapes.Integer, "The page, from 1.")],
            })
            .Get("/v2/organizations/me", _ => Task.FromResult<IResult>(Organization()), Says("Read the organisation", OrganizationShape))
            .Get("/v3/organizations/me", _ => Task.FromResult<IResult>(Organization()), Says("Read the organisation", OrganizationShape));
    }

    private static ApiOperation Says(string summary, string? answer) =>
        new(ApiGroups.Konnect, summary) { Answer = answer is null ? null : Shapes.Object(answer), RefusesWithProblems = true };

    private bool Is(AdminContext context) => string.Equals(context["id"], plane.Id, StringComparison.OrdinalIgnoreCase);

    private AdminJson Plane(int status) => new(status, plane.ToJson());

    private AdminJson Organization() => new(StatusCodes.Status200OK, new JsonObject
    {
        ["id"] = node.NodeId,
        ["name"] = "Gatehouse",
        ["state"] = "active",
        ["created_at"] = ControlPlane.Moment(DateTimeOffset.FromUnixTimeSeconds(node.CreatedAt)),
        ["updated_at"] = ControlPlane.Moment(DateTimeOffset.FromUnixTimeSeconds(node.CreatedAt)),
    });

    private AdminJson RuntimeGroups(HttpRequest request)
    {
        var isFirst = !request.Query.TryGetValue("page", out var page) || page == "1";
        var data = isFirst ? new JsonArray(plane.ToJson()) : [];
        return new AdminJson(StatusCodes.Status200OK, new JsonObject { ["data"] = data, ["page"] = isFirst ? 1 : ReadNumber(page, 1), ["pageCount"] = 1 });
    }

    private IResult List(HttpRequest request)
    {
        var query = request.Query;
        var size = ReadNumber(query["page[size]"], 10);
        var number = ReadNumber(query["page[number]"], 1);
        if (size is < 1 or > 1000)
        {
            return KonnectErrors.Invalid("page[size]", "range", "must be between 1 and 1000");
        }

        if (number < 1)
        {
            return KonnectErrors.Invalid("page[number]", "range", "must be at least 1");
        }

        var matches = Matches(query["filter[name][eq]"], name => plane.Name == name)
            && Matches(query["filter[name]"], name => plane.Name == name)
            && Matches(query["filter[name][contains]"], part => plane.Name.Contains(part, StringComparison.OrdinalIgnoreCase))
            && Matches(query["filter[id][eq]"], id => plane.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            && Matches(query["labels"], labels => labels.Split(',').All(HasLabel));
        return new AdminJson(StatusCodes.Status200OK, new JsonObject
        {
            ["data"] = matches && number == 1 ? new JsonArray(plane.ToJson()) : [],
            ["meta"] = new JsonObject { ["page"] = new JsonObject { ["number"] = number, ["size"] = size, ["total"] = matches ? 1 : 0 } },
        });

        static bool Matches(string? wanted, Func<string, bool> test) => string.IsNullOrEmpty(wanted) || test(wanted);
    }

    private bool HasLabel(string label)
    {
        var colon = label.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? plane.HasLabel(label, null) : plane.HasLabel(label[..colon], label[(colon + 1)..]);
    }

    private async Task<IResult> CreateAsync(AdminContext context)
    {
        if (RefuseWrite(context) is { } denied)
        {
            return denied;
        }

        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (ReadName(body!, isRequired: true, out var name) is { } fault)
        {
            return fault;
        }

        return name == plane.Name
            ? KonnectErrors.Problem(StatusCodes.Status409Conflict, "Conflict", $"a control plane named '{name}' exists", ("name", "unique", "is taken"))
            : KonnectErrors.Problem(StatusCodes.Status403Forbidden, "Forbidden", $"this installation has one control plane, named '{plane.Name}'; rename it or start another instance");
    }

    private async Task<IResult> UpdateAsync(AdminContext context)
    {
        if (!Is(context))
        {
            return KonnectErrors.NotFound();
        }

        if (RefuseWrite(context) is { } denied)
        {
            return denied;
        }

        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (ReadName(body!, isRequired: false, out var name) is { } fault)
        {
            return fault;
        }

        Dictionary<string, string>? labels = null;
        if (body!["labels"] is JsonObject given)
        {
            labels = [];
            foreach (var (label, value) in given)
            {
                // A null takes a label away.
                if (value is not null)
                {
                    labels[label] = value.ToString();
                }
            }
        }

        plane.Update(name, body["description"]?.ToString(), labels);
        return Plane(StatusCodes.Status200OK);
    }

    private static AdminJson? RefuseWrite(AdminContext context) =>
        context.Http.Features.Get<Auth.TokenGrant>()?.Has(Auth.TokenScopes.ConfigWrite) == true
            ? null
            : KonnectErrors.Problem(StatusCodes.Status403Forbidden, "Forbidden", $"the token does not have the scope '{Auth.TokenScopes.ConfigWrite}'");

    private static AdminJson? ReadName(JsonObject body, bool isRequired, out string? name)
    {
        name = body["name"]?.ToString();
        return name is null && !isRequired ? null
            : name is null ? KonnectErrors.Invalid("name", "required", "is a required field")
            : name.Length is < 2 or > MaxNameLength ? KonnectErrors.Invalid("name", "length", $"must have 2 to {MaxNameLength} characters")
            : null;
    }

    private static int ReadNumber(string? text, int fallback) =>
        string.IsNullOrEmpty(text) ? fallback : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
