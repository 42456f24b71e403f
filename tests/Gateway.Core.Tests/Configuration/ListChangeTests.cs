using Gateway.Core.Configuration;

namespace Gateway.Core.Tests.Configuration;

public sealed class ListChangeTests
{
    private static readonly Element[] Elements = [.. Enumerable.Range(1, 6).Select(i => new Element(new Guid(i, 0, 0, new byte[8])))];

    [Theory]
    [InlineData("123", "123", "", "")]
    [InlineData("123", "13", "2", "")]
    [InlineData("13", "123", "", "2")]
    [InlineData("", "12", "", "12")]
    [InlineData("12", "", "12", "")]
    [InlineData("135", "246", "135", "246")]
    public void Between_ListsInOrder_TellsWhatWentAndWhatCame(string before, string after, string removed, string added)
    {
        var change = ListChange<Element>.Between(List(before), List(after), e => e.Id);

        Assert.Equal(List(removed), change.Removed);
        Assert.Equal(List(added), change.Added);
    }

    [Fact]
    public void Between_SameIdInAnotherObject_IsBoth()
    {
        var replaced = new Element(Elements[1].Id);

        var change = ListChange<Element>.Between(List("123"), [Elements[0], replaced, Elements[2]], e => e.Id);

        Assert.Same(Elements[1], Assert.Single(change.Removed));
        Assert.Same(replaced, Assert.Single(change.Added));
    }

    [Fact]
    public void ApplyTo_ListsInNoOrder_LeavesTheNewList()
    {
        var change = ListChange<Element>.Between(List("4213"), List("3162"), e => e.Id);

        var table = change.ApplyTo(new PiecedTable<Guid, Element>().With([], List("4213").Select(e => KeyValuePair.Create(e.Id, e))), e => e.Id);

        Assert.Equal(List("1236"), table.Values.OrderBy(e => e.Id));
    }

    private static List<Element> List(string numbers) => [.. numbers.Select(n => Elements[n - '1'])];

    private sealed class Element(Guid id)
    {
        public Guid Id { get; } = id;
    }
}
