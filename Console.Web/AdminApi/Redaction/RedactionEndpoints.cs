using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Redaction;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi.Redaction;

/// <summary>What is taken out of records before they are stored.</summary>
internal sealed class RedactionEndpoints(RedactionService redaction)
{
    private const string Path = "/redaction";

    private const string SettingsShape = "bodies presets:array rules:array fixed_rules:array changed_at:string! changed_by:string!";

    private const string InputShape = "bodies? presets:array? rules:array?";

    public void Map(AdminRouteTable table) => table
        .Get(Path, _ => Task.FromResult<IResult>(new AdminJson(StatusCodes.Status200OK, Write(redaction.Current))), new(ApiGroups.Redaction, "Read what is taken out")
        {
            Description = "`bodies` is `plugins` (kept where a plugin's `logging.log_payloads` says so) or `never`; `presets` are the names of those that are on, `api-key` is on without being named; "
                + "`rules` are those that were set, `fixed_rules` those of the file of settings.",
            Answer = Shapes.Object(SettingsShape),
        })
        .Map(HttpMethods.Put, Path, SetAsync, new(ApiGroups.Redaction, "Set what is taken out")
        {
            Description = "In force for what is stored from now on; what is stored already stays as it is. What is not sent stays as it was. A rule has a `name` and a `path` of JSON members, a `pattern` "
                + "(a regular expression without look-around and references back) or the name of a `header`; with `plugins`, a list of ids, it is only for calls of these AI plugins.",
            Body = Shapes.Object(InputShape),
            Example = new JsonObject
            {
                ["presets"] = new JsonArray("bearer-token", "jwt", "private-key", "email"),
                ["rules"] = new JsonArray(new JsonObject { ["name"] = "user-id", ["path"] = "metadata.user_id" }, new JsonObject { ["name"] = "ticket", ["pattern"] = "INTERNAL-[0-9]+" }),
            },
            Answer = Shapes.Object(SettingsShape),
            Refusals = [StatusCodes.Status400BadRequest],
        })
        .Post(Path + "/test", TestAsync, new(ApiGroups.Redaction, "Try what is taken out on a sample")
        {
            Description = "What would be stored of `sample`, a body of JSON, of an event stream or any text. Members of the settings that are sent take the place of those in force; nothing is stored. "
                + "`plugin` is the id of the AI plugin whose call it is.",
            Body = Shapes.Object("sample plugin? " + InputShape),
            Example = new JsonObject { ["sample"] = """{"text":"write to ann@example.org"}""", ["presets"] = new JsonArray("email") },
            Answer = Shapes.Object("stored:string! changed:boolean rules:array"),
            Refusals = [StatusCodes.Status400BadRequest],
        });

    private JsonObject Write(RedactionState state)
    {
        var json = RedactionDocument.Write(state.Settings);
        json["fixed_rules"] = new JsonArray([.. redaction.FixedRules.Select(RedactionDocument.Write)]);
        json["changed_at"] = state.ChangedAt is { } at ? ControlPlane.Moment(at) : null;
        json["changed_by"] = state.ChangedBy;
        return json;
    }

    private async Task<IResult> SetAsync(AdminContext context)
    {
        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        var settings = redaction.Current.Settings;
        if (RedactionDocument.Read(body!, ref settings) is { } problem)
        {
            return AdminErrors.Of(new Error(problem));
        }

        var set = await redaction.SetAsync(settings, context.Actor, context.Aborted);
        return set.IsError ? AdminErrors.Of(set.Error) : new AdminJson(StatusCodes.Status200OK, Write(set.Value));
    }

    private async Task<IResult> TestAsync(AdminContext context)
    {
        var (body, refusal) = await AdminBody.ReadAsync(context.Request, null, null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (body!["sample"] is not JsonValue value || !value.TryGetValue<string>(out var sample))
        {
            return AdminErrors.Of(new Error("sample: required field missing; the text to try the rules on"));
        }

        Guid? plugin = null;
        if (body["plugin"] is { } id)
        {
            if (!Guid.TryParse(id.ToString(), out var parsed))
            {
                return AdminErrors.Of(new Error("plugin: the id of an AI plugin"));
            }

            plugin = parsed;
        }

        body.Remove("sample");
        body.Remove("plugin");
        var settings = redaction.Current.Settings;
        if (RedactionDocument.Read(body, ref settings) is { } problem)
        {
            return AdminErrors.Of(new Error(problem));
        }

        var tried = redaction.Try(sample, settings, plugin);
        return tried.IsError ? AdminErrors.Of(tried.Error) : new AdminJson(StatusCodes.Status200OK, Write(sample, settings, tried.Value));
    }

    private static JsonObject Write(string sample, RedactionSettings settings, RedactionTrial trial) => new()
    {
        ["stored"] = settings.KeepsBodies ? trial.Kept : null,
        ["changed"] = !settings.KeepsBodies || trial.Kept != sample,
        ["rules"] = new JsonArray([.. trial.Fired.Select(f => new JsonObject { ["name"] = f.Rule, ["places"] = f.Places })]),
    };
}
