using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Schema;

/// <summary>A catalogue of plugins: <c>shop-log</c>, <c>lamp</c>, and <c>door-keeper</c>, which knows no consumers and speaks https only.</summary>
internal sealed class FakePlugins : ISubSchemaSource
{
    public bool Handles(string family) => family == "plugins";

    public RecordSchema? Find(string family, string name) => name switch
    {
        "shop-log" => RecordSchema.For<ShopConfig>(),
        "door-keeper" => RecordSchema.For<DoorConfig>(),
        "lamp" => RecordSchema.For<LampConfig>(),
        _ => null,
    };

    public SubSchemaRules? FindRules(string family, string name) => name switch
    {
        "shop-log" => new SubSchemaRules(["http", "https"], []),
        "door-keeper" => new SubSchemaRules(["https"], ["consumer"]),
        _ => null,
    };

    /// <summary>This installation has no doors wider than two metres.</summary>
    public void Check(string family, string name, CheckContext context)
    {
        if (name == "door-keeper" && context.Get("width")!.GetValue<long>() > 200)
        {
            context.Fail("width", "wider than this installation allows");
        }
    }

    public IReadOnlyList<string> Names(string family) => ["door-keeper", "shop-log"];
}
