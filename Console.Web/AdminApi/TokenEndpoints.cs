using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Auth;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi;

/// <summary>Personal access tokens in Konnect's shape. A caller sees and changes its own owner's tokens; with <c>admin</c>, everyone's.</summary>
internal sealed class TokenEndpoints(TokenService tokens, AccountService accounts, TimeProvider time)
{
    private const string RowShape =
        "id:uuid name display scopes:string[] owner:object state created_at:moment expires_at:string! last_used_at:string! last_used_from:string! revoked_at:string!";

    public void Map(AdminRouteTable table)
    {
        const string many = "/v3/users/{user}/access-tokens";
        const string one = many + "/{token}";
        table.Get("/v3/users/me", MeAsync, Says("Read who you are", "id:uuid email:string! full_name preferred_name active:boolean created_at:string! updated_at:string!"))
            .Get(many, ListAsync, Says("List access tokens", null) with
            {
                Answer = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["data"] = Shapes.Array(Shapes.Object(RowShape)), ["meta"] = Shapes.Free } },
                Refusals = [StatusCodes.Status404NotFound],
            })
            .Post(many, CreateAsync, Says("Create an access token", RowShape + " token konnect_token") with
            {
                Description = "For yourself only. The token is in this answer and nowhere else.",
                Body = Shapes.Object("name scopes:string[]? expires_at:moment?"),
                Example = new JsonObject { ["name"] = "laptop deck", ["scopes"] = new JsonArray(TokenScopes.ConfigRead, TokenScopes.ConfigWrite) },
                Status = StatusCodes.Status201Created,
                Refusals = [StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
            })
            .Get(
                one,
                async c => await FindAsync(c) is { } row ? new AdminJson(StatusCodes.Status200OK, ToJson(row)) : KonnectErrors.NotFound(),
                Says("Read an access token", RowShape) with { Refusals = [StatusCodes.Status404NotFound] })
            .Map(HttpMethods.Delete, one, RevokeAsync, Revoke)
            .Post(one + "/revoke", RevokeAsync, Revoke);
    }

    private static ApiOperation Revoke => Says("Revoke an access token", null) with { Status = StatusCodes.Status204NoContent, Refusals = [StatusCodes.Status404NotFound] };

    private static ApiOperation Says(string summary, string? answer) =>
        new(ApiGroups.Access, summary) { Answer = answer is null ? null : Shapes.Object(answer), RefusesWithProblems = true };

    private static TokenGrant Grant(AdminContext context) => context.Http.Features.Get<TokenGrant>() ?? throw new InvalidOperationException("The call was not authenticated");

    /// <returns>The user of the path, or null when the caller may not know about it.</returns>
    private static Guid? User(AdminContext context)
    {
        var grant = Grant(context);
        return context["user"] == "me" ? grant.OwnerId
            : Guid.TryParse(context["user"], out var id) && (id == grant.OwnerId || grant.Has(TokenScopes.Admin)) ? id
            : null;
    }

    private async Task<IResult> MeAsync(AdminContext context)
    {
        var grant = Grant(context);
        var user = await accounts.FindAsync(grant.OwnerId, context.Aborted);
        return new AdminJson(StatusCodes.Status200OK, new JsonObject
        {
            ["id"] = grant.OwnerId.ToString(),
            ["email"] = user?.Email,
            ["full_name"] = user?.DisplayName ?? grant.OwnerName,
            ["preferred_name"] = user?.UserName ?? grant.OwnerName,
            ["active"] = true,
            ["created_at"] = user is null ? null : ControlPlane.Moment(user.CreatedAt),
            ["updated_at"] = user is null ? null : ControlPlane.Moment(user.CreatedAt),
        });
    }

    private async Task<IResult> ListAsync(AdminContext context)
    {
        if (User(context) is not { } user)
        {
            return KonnectErrors.NotFound();
        }

        var rows = await tokens.ListAsync(user, context.Aborted);
        return new AdminJson(StatusCodes.Status200OK, new JsonObject
        {
            ["data"] = new JsonArray([.. rows.Select(ToJson)]),
            ["meta"] = new JsonObject { ["page"] = new JsonObject { ["number"] = 1, ["size"] = rows.Count, ["total"] = rows.Count } },
        });
    }

    private async Task<TokenRow?> FindAsync(AdminContext context) =>
        User(context) is { } user && Guid.TryParse(context["token"], out var id)
            ? (await tokens.ListAsync(user, context.Aborted)).FirstOrDefault(t => t.Id == id)
            : null;

    private async Task<IResult> CreateAsync(AdminContext context)
    {
        if (User(context) is not { } user)
        {
            return KonnectErrors.NotFound();
        }

        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body!.FirstOrDefault(m => m.Key is not ("name" or "scopes" or "expires_at")) is { Key: { } unknown })
        {
            return KonnectErrors.Invalid(unknown, "unknown_property", "unknown field");
        }

        if (body!["expires_at"] is { } text && ReadMoment(text) is null)
        {
            return KonnectErrors.Invalid("expires_at", "date-time", "must be a moment such as 2030-01-31T12:00:00Z");
        }

        var scopes = ReadScopes(body["scopes"]);
        if (scopes is null)
        {
            return KonnectErrors.Invalid("scopes", "array", "must be a list of scopes");
        }

        var grant = Grant(context);
        if (user != grant.OwnerId)
        {
            return KonnectErrors.Problem(StatusCodes.Status403Forbidden, "Forbidden", "a token can be made for its own owner only");
        }

        var name = body["name"] is JsonValue value && value.TryGetValue<string>(out var given) ? given.Trim() : "";
        var created = await tokens.CreateAsync(new TokenRequest(name, scopes, ReadMoment(body["expires_at"])), TokenOwner.Of(grant) with { Actor = context.Actor }, context.Aborted);
        if (created.IsError)
        {
            return Refuse(created.Error);
        }

        var answer = ToJson(created.Value.Row);
        answer["konnect_token"] = created.Value.Token;
        answer["token"] = created.Value.Token;
        return new AdminJson(StatusCodes.Status201Created, answer);
    }

    private async Task<IResult> RevokeAsync(AdminContext context)
    {
        if (await FindAsync(context) is not { } row)
        {
            return KonnectErrors.NotFound();
        }

        await tokens.RevokeAsync(row.Id, row.OwnerId, context.Actor, context.Aborted);
        return new AdminJson(StatusCodes.Status204NoContent, null);
    }

    private static AdminJson Refuse(Error error) => error switch
    {
        TokenFieldError field => KonnectErrors.Invalid(field.Field, "invalid", field.Reason),
        TokenNameTaken => KonnectErrors.Problem(StatusCodes.Status409Conflict, "Conflict", error.Message, ("name", "unique", "is taken")),
        TokenExceedsOwner => KonnectErrors.Problem(StatusCodes.Status403Forbidden, "Forbidden", error.Message),
        _ => KonnectErrors.Problem(StatusCodes.Status400BadRequest, "Bad Request", error.Message),
    };

    private static List<string>? ReadScopes(JsonNode? node)
    {
        if (node is null)
        {
            return [];
        }

        return node is JsonArray list && list.All(s => s?.GetValueKind() == JsonValueKind.String) ? [.. list.Select(s => s!.GetValue<string>())] : null;
    }

    private static DateTimeOffset? ReadMoment(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : null;

    private JsonObject ToJson(TokenRow row) => new()
    {
        ["id"] = row.Id.ToString(),
        ["name"] = row.Name,
        ["display"] = TokenFormat.Prefix + row.Display,
        ["scopes"] = new JsonArray([.. row.Scopes.Select(s => JsonValue.Create(s))]),
        ["owner"] = new JsonObject { ["id"] = row.OwnerId.ToString(), ["name"] = row.OwnerName },
        ["state"] = row.StateAt(time.GetUtcNow()).ToString().ToLowerInvariant(),
        ["created_at"] = ControlPlane.Moment(row.CreatedAt),
        ["expires_at"] = Moment(row.ExpiresAt),
        ["last_used_at"] = Moment(row.LastUsedAt),
        ["last_used_from"] = row.LastUsedFrom,
        ["revoked_at"] = Moment(row.RevokedAt),
    };

    private static string? Moment(DateTimeOffset? moment) => moment is { } set ? ControlPlane.Moment(set) : null;
}
