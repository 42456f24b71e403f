using System.Reflection;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins;

/// <summary>Every plugin of this build, found once at start by its attribute. A folder with a class is all a new plugin needs.</summary>
internal sealed class PluginCatalog : ISubSchemaSource
{
    /// <summary>Family name of plugin configs among the sub-schemas.</summary>
    public const string Family = "plugins";

    /// <summary>Family name of the configs of partials.</summary>
    public const string PartialFamily = "partials";

    private readonly Dictionary<string, PluginEntry> _byName;

    public PluginCatalog()
        : this(typeof(PluginCatalog).Assembly.GetTypes())
    {
    }

    /// <exception cref="InvalidOperationException">Two plugins have one name.</exception>
    internal PluginCatalog(IReadOnlyCollection<Type> types)
    {
        Plugins = [.. types
            .Where(t => !t.IsAbstract && t.GetCustomAttribute<PluginAttribute>() is not null)
            .Select(t => new PluginEntry(t))
            .OrderByDescending(p => p.Priority)
            .ThenByDescending(p => p.Name, StringComparer.Ordinal)];
        if (Plugins.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"Two plugins are called '{twice.Key}'.");
        }

        _byName = Plugins.ToDictionary(p => p.Name);
        Partials = new SortedDictionary<string, RecordSchema>(
            types.Where(t => t.IsDefined(typeof(PartialAttribute))).ToDictionary(t => t.GetCustomAttribute<PartialAttribute>()!.Type, RecordSchema.For),
            StringComparer.Ordinal);
    }

    /// <summary>In order of execution: priority descending, then name descending.</summary>
    public IReadOnlyList<PluginEntry> Plugins { get; }

    /// <summary>The types of partials with the schemas of their configs.</summary>
    public IReadOnlyDictionary<string, RecordSchema> Partials { get; }

    public PluginEntry? Find(string name) => _byName.GetValueOrDefault(name);

    bool ISubSchemaSource.Handles(string family) => family is Family or PartialFamily;

    RecordSchema? ISubSchemaSource.Find(string family, string name) => family switch
    {
        Family => Find(name)?.Schema,
        PartialFamily => Partials.GetValueOrDefault(name),
        _ => null,
    };

    IReadOnlyList<string> ISubSchemaSource.Names(string family) => family switch
    {
        Family => [.. _byName.Keys.Order(StringComparer.Ordinal)],
        PartialFamily => [.. Partials.Keys],
        _ => [],
    };

    SubSchemaRules? ISubSchemaSource.FindRules(string family, string name) => family == Family ? Find(name)?.Rules : null;
}

/// <summary>What is known of a plugin without running it.</summary>
internal sealed class PluginEntry
{
    public PluginEntry(Type type)
    {
        var attribute = type.GetCustomAttribute<PluginAttribute>()!;
        Type = type;
        Name = attribute.Name;
        Priority = attribute.Priority;
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.IsGenericType && at.GetGenericTypeDefinition() == typeof(Plugin<>))
            {
                ConfigType = at.GetGenericArguments()[0];
            }
        }

        if (ConfigType is null)
        {
            throw new InvalidOperationException($"{type.Name} has the attribute [Plugin] but does not derive from Plugin<TConfig>.");
        }

        Schema = RecordSchema.For(ConfigType);
        PartialPlaces = PartialPlace.In(Schema);
        Rules = new SubSchemaRules(attribute.Protocols, attribute.ForbiddenScopes);
    }

    /// <summary>The class with the plugin's code.</summary>
    public Type Type { get; }

    public string Name { get; }

    public int Priority { get; }

    public Type ConfigType { get; }

    /// <summary>Schema of the plugin's <c>config</c>.</summary>
    public RecordSchema Schema { get; }

    /// <summary>Where the config takes partials.</summary>
    public IReadOnlyList<PartialPlace> PartialPlaces { get; }

    /// <summary>Default protocols and scopes that must stay empty.</summary>
    public SubSchemaRules Rules { get; }
}
