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
        InvalidPrimaryKey invalid => Body(StatusCodes.Status400BadRequest, Data(1, "invalid primary key", error, new JsonObject { ["id"] = invalid.Id })),
        PrimaryKeyViolation taken => Body(StatusCodes.Status400BadRequest, Data(3, "primary key violation", error, new JsonObject { ["id"] = taken.Id.ToString() })),
        UniqueViolation unique => Body(StatusCodes.Status409Conflict, Data(5, "unique constraint violation", error, unique.Fields.DeepClone())),
        ForeignKeyViolation foreign => Body(StatusCodes.Status400BadRequest, Data(4, "foreign key violation", error, new JsonObject { [foreign.Field] = foreign.Key.DeepClone() })),
        ForeignKeyUnresolved unresolved => Body(StatusCodes.Status400BadRequest, Data(13, "foreign keys unresolved", error, new JsonObject
        {
            [unresolved.Field] = new JsonObject
            {
                [unresolved.Key.First().Key] = $"the foreign key cannot be resolved with '{LuaText.Table(unresolved.Key)}' for an existing '{unresolved.Collection}' entity",
            },
        })),
        StillReferenced referenced => Body(StatusCodes.Status400BadRequest, Data(4, "foreign key violation", error, new JsonObject { ["@referenced_by"] = referenced.ByCollection })),
        StillListed => Body(StatusCodes.Status400BadRequest, Data(19, "referenced by others", error, null)),
        EntityNotFound missing => Body(StatusCodes.Status404NotFound, Data(6, "not found", error, new JsonObject { ["id"] = missing.Id.ToString() })),
        InvalidOffset => Body(StatusCodes.Status400BadRequest, Data(7, "invalid offset", error, null)),
        InvalidSize => Body(StatusCodes.Status400BadRequest, Data(9, "invalid size", error, null)),
        InvalidOption option => Body(StatusCodes.Status400BadRequest, new JsonObject
        {
            ["code"] = 11,
            ["name"] = "invalid options",
            ["message"] = error.Message,
            ["options"] = new JsonObject { [option.Option] = option.Reason },
        }),
        VersionRefused or VersionUnreadable => Message(StatusCodes.Status409Conflict, error.Message),
        WriteForbidden => Message(StatusCodes.Status403Forbidden, error.Message),
        ConfigurationRefused => Message(StatusCodes.Status400BadRequest, error.Message),
        NotFoundError => NotFound,
        _ => Message(StatusCodes.Status400BadRequest, error.Message),
    };

    public static IResult Message(int status, string message) => Body(status, new JsonObject { ["message"] = message });

    private static JsonObject Data(int code, string name, Error error, JsonNode? fields)
    {
        var body = new JsonObject { ["code"] = code, ["name"] = name, ["message"] = error.Message };
        if (fields is not null)
        {
            body["fields"] = fields;
        }

        return body;
    }

    private static AdminJson Body(int status, JsonObject body) => new(status, body);
}
