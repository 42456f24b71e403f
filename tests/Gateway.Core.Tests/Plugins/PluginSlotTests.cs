using Gateway.Core.Plugins;
using Gateway.Shared.Contracts;

namespace Gateway.Core.Tests.Plugins;

/// <summary>Which of several instances of one plugin runs, against the twelve rows of Kong Gateway's order written down one by one.</summary>
public sealed class PluginSlotTests
{
    internal static readonly string[] Order = ["CRS", "GRS", "CR", "CS", "GR", "GS", "RS", "C", "G", "R", "S", ""];

    private static readonly Guid[] Ids = [.. Enumerable.Range(1, 9).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Fact]
    public void Select_RandomInstancesAndRequests_TakesTheMostSpecific()
    {
        var random = new Random(77);
        for (var round = 0; round < 3000; round++)
        {
            var instances = Enumerable.Range(0, random.Next(1, 12)).Select(_ => SomeInstance(random)).DistinctBy(Key).ToList();
            var scope = new PluginScope(Some(random, 0), Some(random, 2), Some(random, 4), random.Next(2) == 0 ? null : [Ids[6], Ids[8], Ids[7]], "https");

            var selected = PluginSlot.Empty.With([], instances).Select(scope);

            Assert.Equal(Expected(instances, scope)?.Id, selected?.Id);
        }
    }

    private static PluginInstance? Expected(List<PluginInstance> instances, PluginScope scope)
    {
        foreach (var letters in Order)
        {
            foreach (var group in letters.Contains('G', StringComparison.Ordinal) ? scope.ConsumerGroupIds ?? [] : [Guid.Empty])
            {
                var found = instances.Find(i => i.Declared.Protocols.Contains("https") && Letters(i) == letters
                    && Is(i.Declared.Consumer, scope.ConsumerId)
                    && Is(i.Declared.Route, scope.RouteId)
                    && Is(i.Declared.Service, scope.ServiceId)
                    && Is(i.Declared.ConsumerGroup, group));
                if (found is not null)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static bool Is(EntityReference? declared, Guid? actual) => declared is null || declared.Id == actual;

    private static string Letters(PluginInstance instance) =>
        (instance.Declared.Consumer is null ? "" : "C")
        + (instance.Declared.ConsumerGroup is null ? "" : "G")
        + (instance.Declared.Route is null ? "" : "R")
        + (instance.Declared.Service is null ? "" : "S");

    private static object Key(PluginInstance instance) =>
        (instance.Declared.Consumer, instance.Declared.ConsumerGroup, instance.Declared.Route, instance.Declared.Service);

    private static PluginInstance SomeInstance(Random random)
    {
        var isForGroup = random.Next(3) == 0;
        return new PluginInstance
        {
            Id = Guid.NewGuid(),
            Name = "some",
            Priority = 1,
            Declared = new PluginConfig
            {
                Route = Reference(Some(random, 0)),
                Service = Reference(Some(random, 2)),
                Consumer = isForGroup ? null : Reference(Some(random, 4)),
                ConsumerGroup = isForGroup ? new EntityReference(Ids[6 + random.Next(3)]) : null,
                Protocols = random.Next(5) == 0 ? ["http"] : ["http", "https"],
            },
            Plugin = null!,
            Config = new object(),
            ConfigHash = "",
        };
    }

    /// <summary>One of two ids, or none.</summary>
    private static Guid? Some(Random random, int first) => random.Next(3) is var i and < 2 ? Ids[first + i] : null;

    private static EntityReference? Reference(Guid? id) => id is { } known ? new EntityReference(known) : null;
}
