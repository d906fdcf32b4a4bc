using KoopmanMesh.ServiceDefaults.Hosting;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

public sealed class TransportBlocksTests
{
    [Fact]
    public void ABlock_GivenBack_IsRentedAgain()
    {
        using var pool = new TransportBlocks();

        var first = pool.Rent(4096);
        first.Dispose();
        var second = pool.Rent();

        Assert.Same(first, second);
        Assert.Equal(TransportBlocks.BlockBytes, second.Memory.Length);
    }

    [Fact]
    public void ABlock_GivenBackTwice_IsRentedOnce()
    {
        using var pool = new TransportBlocks();
        var block = pool.Rent();

        block.Dispose();
        block.Dispose();

        Assert.NotSame(pool.Rent(), pool.Rent());
    }

    [Fact]
    public void PoolsOfOneHost_ShareTheirBlocks_AlsoWhenOneIsDone()
    {
        using var factory = new TransportBlocks();
        var (first, second) = (factory.Create(), factory.Create());

        var block = first.Rent();
        first.Dispose();
        block.Dispose();

        Assert.Same(block, second.Rent());
    }

    [Fact]
    public void MoreThanABlock_IsRefused()
    {
        using var pool = new TransportBlocks();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(TransportBlocks.BlockBytes + 1));
    }

    [Fact]
    public void WhatABurstLeaves_IsNotKeptForGood()
    {
        using var pool = new TransportBlocks();
        var burst = Enumerable.Range(0, TransportBlocks.MostFree + 100).Select(_ => pool.Rent()).ToHashSet();

        foreach (var block in burst)
        {
            block.Dispose();
        }

        Assert.Equal(TransportBlocks.MostFree, Enumerable.Range(0, TransportBlocks.MostFree + 100).Count(_ => burst.Contains(pool.Rent())));
    }
}
