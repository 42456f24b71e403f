using System.Text.Json.Nodes;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Entities;

/// <summary>A value that must be unique is taken.</summary>
/// <param name="Fields">The members of the constraint with the values given; nulls included.</param>
internal sealed record UniqueViolation(JsonObject Fields)
    : Error($"UNIQUE violation detected on '{LuaText.Table(Fields)}'");

/// <summary>An id in a path that is none, of a kind that has no name to be found by.</summary>
internal sealed record InvalidPrimaryKey(string Id) : Error($"invalid primary key: '{LuaText.Table(new JsonObject { ["id"] = Id })}'");

/// <summary>The id of a new entity is taken.</summary>
internal sealed record PrimaryKeyViolation(Guid Id) : Error($"primary key violation on key '{{id=\"{Id}\"}}'");

/// <summary>A foreign key points at nothing.</summary>
/// <param name="Field">Name of the field, such as <c>service</c>.</param>
/// <param name="Collection">What it should point at, such as <c>services</c>.</param>
internal sealed record ForeignKeyViolation(string Field, string Collection, JsonObject Key)
    : Error($"the foreign key '{LuaText.Table(Key)}' does not reference an existing '{Collection}' entity.");

/// <summary>A foreign key given by name points at nothing.</summary>
internal sealed record ForeignKeyUnresolved(string Field, string Collection, JsonObject Key)
    : Error($"foreign key unresolved ({Field}.{Key.First().Key}: the foreign key cannot be resolved with '{LuaText.Table(Key)}' for an existing '{Collection}' entity)");

/// <summary>An entity cannot be deleted while others need it.</summary>
internal sealed record StillReferenced(string Collection, string ByCollection)
    : Error($"an existing '{ByCollection}' entity references this '{Collection}' entity");

/// <summary>A CA certificate cannot be deleted while others name it in a list, which is no foreign key.</summary>
internal sealed record StillListed(Guid Id, string ByCollection, Guid ById)
    : Error($"ca certificate {Id} is still referenced by {ByCollection} (id = {ById})");

/// <summary>PATCH of an id that does not exist.</summary>
internal sealed record EntityNotFound(Guid Id) : Error($"could not find the entity with primary key '{{id=\"{Id}\"}}'");

/// <summary>A page token that does not come from an earlier answer.</summary>
internal sealed record InvalidOffset(string Offset) : Error($"'{Offset}' is not a valid offset: bad base64 encoding");

/// <summary>A page size outside 1–1000.</summary>
internal sealed record InvalidSize(string Message) : Error(Message);

/// <summary>A query option that cannot be read.</summary>
internal sealed record InvalidOption(string Option, string Reason) : Error($"invalid option ({Option}: {Reason})");

/// <summary>The caller may read but not change configuration.</summary>
internal sealed record WriteForbidden(string Caller) : Error($"'{Caller}' may not change the configuration");

/// <summary>There are as many entities as there may be.</summary>
internal sealed record TooManyEntities(int Most)
    : Error($"there may be {Most} entities in all; delete some, or raise Gateway__Admin__MaxEntities");

/// <summary>The database cannot be written; nothing has changed, and what serves goes on serving.</summary>
internal sealed record StoreUnavailable(string Reason) : Error($"the configuration cannot be changed now: {Reason}");

/// <summary>The configuration was written, but no snapshot can be made of it, so the write was undone.</summary>
internal sealed record ConfigurationRefused(string Reason) : Error(Reason);
