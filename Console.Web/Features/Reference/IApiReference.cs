namespace ConsoleWeb.Features.Reference;

/// <summary>The description of the Admin API, for pages.</summary>
internal interface IApiReference
{
    /// <summary>The OpenAPI document, JSON in UTF-8.</summary>
    ReadOnlyMemory<byte> Document { get; }
}
