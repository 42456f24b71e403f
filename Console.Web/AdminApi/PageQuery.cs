using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;

namespace ConsoleWeb.AdminApi;

/// <summary>The page of a list that is read newest first by number.</summary>
/// <param name="Before">Rows older than this one; null: from the newest.</param>
internal sealed record PageQuery(int Size, long? Before)
{
    public const int DefaultSize = 100;

    private const int MaxSize = EntityPage.MaxSize;

    /// <summary>The parameters of every list.</summary>
    public static IReadOnlyList<ApiParameter> Parameters { get; } =
    [
        new("size", Shapes.Number(1, MaxSize, DefaultSize), "Most entries of the page."),
        new("offset", Shapes.Text, "Where the page begins: the member offset of the page before."),
    ];

    public static Result<PageQuery> Read(IQueryCollection query)
    {
        var size = DefaultSize;
        if (Text(query, "size") is { } sizeText
            && !(int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= MaxSize))
        {
            return new InvalidSize($"size must be an integer between 1 and {MaxSize}");
        }

        if (Text(query, "offset") is not { } offset)
        {
            return new PageQuery(size, null);
        }

        return TryReadOffset(offset, out var before) ? new PageQuery(size, before) : new InvalidOffset(offset);
    }

    /// <summary>A parameter's value; null when absent or empty.</summary>
    public static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The page token that continues after a row.</summary>
    public static string OffsetAfter(long number) => Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A list's body, with the address of the next page.</summary>
    /// <param name="before">Where the next page begins; null on the last one.</param>
    public static JsonObject Body(HttpRequest request, string path, IEnumerable<JsonObject> data, long? before)
    {
        var body = new JsonObject { ["data"] = new JsonArray([.. data]), ["next"] = null };
        if (before is { } number)
        {
            var offset = OffsetAfter(number);
            body["offset"] = offset;
            body["next"] = path + QueryString.Create(request.Query.Where(p => p.Key != "offset").Append(new("offset", offset)));
        }

        return body;
    }

    private static bool TryReadOffset(string offset, out long before)
    {
        before = 0;
        Span<byte> bytes = stackalloc byte[32];
        return offset.Length <= 40
            && Convert.TryFromBase64String(offset, bytes, out var length)
            && long.TryParse(bytes[..length], NumberStyles.None, CultureInfo.InvariantCulture, out before)
            && before > 0;
    }
}
