using KoopmanMesh.ServiceDefaults.Hosting;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

public sealed class TransportBlocksTests
{
    [Fact]
    public void ABlock_GivenBack_IsRentedAgain()
    {
        using var pool = new TransportBlocks.Factory().Create();

        var first = pool.Rent(4096);
        first.Dispose();
        var second = pool.Rent();

        Assert.Same(first, second);
        Assert.Equal(TransportBlocks.BlockBytes, second.Memory.Length);
    }

    [Fact]
    public void ABlock_GivenBackTwice_IsRentedOnce()
    {
        using var pool = new TransportBlocks.Factory().Create();
        var block = pool.Rent();

        block.Dispose();
        block.Dispose();

        Assert.NotSame(pool.Rent(), pool.Rent());
    }

    [Fact]
    public void MoreThanABlock_IsRefused()
    {
        using var pool = new TransportBlocks.Factory().Create();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(TransportBlocks.BlockBytes + 1));
    }

    [Fact]
    public void WhatABurstLeaves_IsNotKeptForGood()
    {
        using var pool = new TransportBlocks.Factory().Create();
        var burst = Enumerable.Range(0, 400).Select(_ => pool.Rent()).ToHashSet();

        foreach (var block in burst)
        {
            block.Dispose();
        }

        Assert.Equal(256, Enumerable.Range(0, 400).Count(_ => burst.Contains(pool.Rent())));
    }
}
