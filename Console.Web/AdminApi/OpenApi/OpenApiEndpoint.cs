using System.Text.Json;
using ConsoleWeb.Features.Reference;

namespace ConsoleWeb.AdminApi.OpenApi;

/// <summary><c>GET /openapi.json</c>.</summary>
internal sealed class OpenApiEndpoint(OpenApiWriter writer)
{
    public const string Path = "/openapi.json";

    public void Map(AdminRouteTable table) => table.Get(
        Path,
        _ => Task.FromResult<IResult>(new AdminJson(StatusCodes.Status200OK, writer.Write(table))),
        new(ApiGroups.Information, "Read this document") { Description = "OpenAPI 3.1.", Answer = Shapes.Free });
}

/// <summary>The document for the console, written once.</summary>
internal sealed class ApiReference(AdminRouteTable table, OpenApiWriter writer) : IApiReference
{
    private readonly Lazy<ReadOnlyMemory<byte>> _document = new(() => JsonSerializer.SerializeToUtf8Bytes(writer.Write(table)));

    public ReadOnlyMemory<byte> Document => _document.Value;
}
