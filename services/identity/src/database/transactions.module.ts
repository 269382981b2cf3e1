import { Module } from '@nestjs/common';
import { FreshReads } from './fresh-reads.js';
import { TableChanges } from './table-changes.js';
import { Transactions } from './transactions.js';

@Module({ providers: [Transactions, TableChanges, FreshReads], exports: [Transactions, FreshReads] })
export class TransactionsModule {}
