namespace ConsoleWeb.AdminApi;

/// <summary>A kind of error, as clients tell them apart.</summary>
internal sealed record AdminErrorCode(int Code, string Name)
{
    public static AdminErrorCode InvalidPrimaryKey { get; } = new(1, "invalid primary key");

    /// <summary>Written by <see cref="Gateway.Shared.Schema.SchemaViolationError"/>.</summary>
    public static AdminErrorCode SchemaViolation { get; } = new(2, "schema violation");

    public static AdminErrorCode PrimaryKeyViolation { get; } = new(3, "primary key violation");

    public static AdminErrorCode ForeignKeyViolation { get; } = new(4, "foreign key violation");

    public static AdminErrorCode UniqueViolation { get; } = new(5, "unique constraint violation");

    public static AdminErrorCode NotFound { get; } = new(6, "not found");

    public static AdminErrorCode InvalidOffset { get; } = new(7, "invalid offset");

    public static AdminErrorCode InvalidSize { get; } = new(9, "invalid size");

    public static AdminErrorCode InvalidOptions { get; } = new(11, "invalid options");

    public static AdminErrorCode ForeignKeysUnresolved { get; } = new(13, "foreign keys unresolved");

    public static AdminErrorCode ReferencedByOthers { get; } = new(19, "referenced by others");

    public static IReadOnlyList<AdminErrorCode> All { get; } =
    [
        InvalidPrimaryKey, SchemaViolation, PrimaryKeyViolation, ForeignKeyViolation, UniqueViolation, NotFound, InvalidOffset, InvalidSize, InvalidOptions,
        ForeignKeysUnresolved, ReferencedByOthers,
    ];
}
