using System.Text.Json.Nodes;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.History;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.AdminApi;

/// <summary>Turns errors into the Admin API's answers: one switch for the whole surface.</summary>
internal static class AdminErrors
{
    public static IResult NotFound { get; } = Message(StatusCodes.Status404NotFound, "Not found");

    public static IResult Of(Error error) => error switch
    {
        SchemaViolationError violation => Body(StatusCodes.Status400BadRequest, violation.ToBody()),
        InvalidPrimaryKey invalid => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.InvalidPrimaryKey, error, new JsonObject { ["id"] = invalid.Id })),
        PrimaryKeyViolation taken => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.PrimaryKeyViolation, error, new JsonObject { ["id"] = taken.Id.ToString() })),
        UniqueViolation unique => Body(StatusCodes.Status409Conflict, Data(AdminErrorCode.UniqueViolation, error, unique.Fields.DeepClone())),
        ForeignKeyViolation foreign => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.ForeignKeyViolation, error, new JsonObject { [foreign.Field] = foreign.Key.DeepClone() })),
        ForeignKeyUnresolved unresolved => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.ForeignKeysUnresolved, error, new JsonObject
        {
            [unresolved.Field] = new JsonObject
            {
                [unresolved.Key.First().Key] = $"the foreign key cannot be resolved with '{LuaText.Table(unresolved.Key)}' for an existing '{unresolved.Collection}' entity",
            },
        })),
        StillReferenced referenced => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.ForeignKeyViolation, error, new JsonObject { ["@referenced_by"] = referenced.ByCollection })),
        StillListed => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.ReferencedByOthers, error, null)),
        EntityNotFound missing => Body(StatusCodes.Status404NotFound, Data(AdminErrorCode.NotFound, error, new JsonObject { ["id"] = missing.Id.ToString() })),
        InvalidOffset => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.InvalidOffset, error, null)),
        InvalidSize => Body(StatusCodes.Status400BadRequest, Data(AdminErrorCode.InvalidSize, error, null)),
        InvalidOption option => Body(StatusCodes.Status400BadRequest, new JsonObject
        {
            ["code"] = AdminErrorCode.InvalidOptions.Code,
            ["name"] = AdminErrorCode.InvalidOptions.Name,
            ["message"] = error.Message,
            ["options"] = new JsonObject { [option.Option] = option.Reason },
        }),
        VersionRefused or VersionUnreadable => Message(StatusCodes.Status409Conflict, error.Message),
        WriteForbidden => Message(StatusCodes.Status403Forbidden, error.Message),
        StoreUnavailable => Message(StatusCodes.Status503ServiceUnavailable, error.Message),
        ConfigurationRefused => Message(StatusCodes.Status400BadRequest, error.Message),
        NotFoundError => NotFound,
        _ => Message(StatusCodes.Status400BadRequest, error.Message),
    };

    public static IResult Message(int status, string message) => Body(status, new JsonObject { ["message"] = message });

    private static JsonObject Data(AdminErrorCode code, Error error, JsonNode? fields)
    {
        var body = new JsonObject { ["code"] = code.Code, ["name"] = code.Name, ["message"] = error.Message };
        if (fields is not null)
        {
            body["fields"] = fields;
        }

        return body;
    }

    private static AdminJson Body(int status, JsonObject body) => new(status, body);
}
