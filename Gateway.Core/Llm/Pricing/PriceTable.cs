using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Llm.Pricing;

/// <summary>The prices that the product brings along (<c>prices.json</c>).</summary>
internal static class PriceTable
{
    private static readonly Lazy<IReadOnlyList<ModelPrice>> Rows = new(Read);

    public static IReadOnlyList<ModelPrice> Shipped => Rows.Value;

    private static IReadOnlyList<ModelPrice> Read()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json") ?? throw new InvalidOperationException("The price table is missing.");
        return JsonSerializer.Deserialize(stream, PriceJson.Default.ListModelPrice) ?? [];
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelPrice))]
[JsonSerializable(typeof(List<ModelPrice>))]
internal sealed partial class PriceJson : JsonSerializerContext;
